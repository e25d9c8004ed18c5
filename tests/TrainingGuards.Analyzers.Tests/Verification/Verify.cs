using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TrainingGuards.CodeFixes;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>States what a rule, and its fix, do with a snippet. A fixable rule's fix is found by its name.</summary>
internal static class Verify<TRule>
    where TRule : TorchAnalyzer, new()
{
    /// <summary>The rule reports exactly the marked spans, with these messages where any are given.</summary>
    public static async Task Flags(string markup, params string[] messages)
    {
        IReadOnlyList<Diagnostic> found = await Marked([markup]);
        Assert.NotEmpty(found);
        if (messages.Length > 0)
        {
            Assert.Equal(messages, found.Select(diagnostic => diagnostic.GetMessage(null)));
        }
    }

    /// <summary>As <see cref="Flags"/>, and points on from there: the text at each additional location of the only diagnostic.</summary>
    public static async Task Points(string markup, params string[] elsewhere)
    {
        Diagnostic found = Assert.Single(await Marked([markup]));
        Assert.Equal(elsewhere, found.AdditionalLocations.Select(location =>
            location.SourceTree!.GetText().ToString(location.SourceSpan)));
    }

    /// <summary>The rule has nothing to say.</summary>
    public static async Task Silent(params string[] files) => Nothing(await Found(files));

    /// <summary>The rule has nothing to say of code that does not compile, and does not throw.</summary>
    public static async Task SilentOnBroken(string source) => Nothing(await Found([source], mayNotCompile: true));

    /// <summary>The rule has nothing to say where TorchSharp is not referenced.</summary>
    public static async Task SilentWithoutTorch(string source)
    {
        Compilation compilation = await Snippet.Compile(Snippet.Project([source], withTorch: false));
        Nothing(await Snippet.Analyze(compilation, new TRule()));
    }

    /// <summary>
    /// The rule reports exactly the marked spans, its fix turns the snippet into <paramref name="cured"/> to the letter, one by one and
    /// all at once; the result compiles and has nothing left to report.
    /// </summary>
    public static async Task Fixes(string markup, string cured)
    {
        await Marked([markup]);
        Project project = Snippet.Project([Markup.Parse(markup).Source]);
        Project one = await Fixing.OneByOne(project, new TRule(), Fix);
        await Is(cured, one);
        Solution all = await Fixing.All(project.Solution, new TRule(), Fix, FixAllScope.Document);
        await Is(cured, all.Projects.Single());
        Nothing(await Snippet.Analyze(await Snippet.Compile(one), new TRule()));
    }

    /// <summary>Fix-all over one project of these files, and over a solution of two such projects, gives the cured files.</summary>
    public static async Task FixesAll(IReadOnlyList<string> markups, IReadOnlyList<string> cured)
    {
        await Marked(markups);
        IReadOnlyList<string> sources = [.. markups.Select(markup => Markup.Parse(markup).Source)];
        foreach (FixAllScope scope in new[] { FixAllScope.Project, FixAllScope.Solution })
        {
            Solution solution = await Fixing.All(Snippet.Solution([sources, sources]), new TRule(), Fix, scope);
            foreach (Project project in solution.Projects.Where(project => scope == FixAllScope.Solution || project.Name == "Snippet0"))
            {
                for (int i = 0; i < cured.Count; i++)
                {
                    await Is(cured[i], project, i);
                }
                Nothing(await Snippet.Analyze(await Snippet.Compile(project), new TRule()));
            }
        }
    }

    /// <summary>The rule reports exactly the marked spans, and no fix is offered for any.</summary>
    public static async Task HasNoFix(string markup)
    {
        await Marked([markup]);
        Project project = Snippet.Project([Markup.Parse(markup).Source]);
        foreach (Diagnostic diagnostic in await Snippet.Analyze(await Snippet.Compile(project), new TRule()))
        {
            Assert.Empty(await Fixing.Offered(project, diagnostic, Fix));
        }
    }

    private static RuleFix Fix => Rules.FixOf(new TRule()) ?? throw new InvalidOperationException($"{typeof(TRule).Name} has no fix.");

    private static async Task<IReadOnlyList<Diagnostic>> Found(IReadOnlyList<string> files, bool mayNotCompile = false) =>
        await Snippet.Analyze(await Snippet.Compile(Snippet.Project(files), mayNotCompile), new TRule());

    private static async Task<IReadOnlyList<Diagnostic>> Marked(IReadOnlyList<string> markups)
    {
        var files = markups.Select(Markup.Parse).ToList();
        string own = new TRule().SupportedDiagnostics.Single().Id;
        IReadOnlyList<Diagnostic> found = await Found([.. files.Select(file => file.Source)]);
        var expected = files.SelectMany((file, i) => file.Marks.Select(mark => $"File{i}.cs {mark.Span} {mark.Id ?? own}: {file.Source.Substring(mark.Span.Start, mark.Span.Length)}"));
        var actual = found.Select(diagnostic =>
        {
            Location where = diagnostic.Location;
            return $"{Path.GetFileName(where.SourceTree!.FilePath)} {where.SourceSpan} {diagnostic.Id}: {where.SourceTree.GetText().ToString(where.SourceSpan)}";
        });
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
        return found;
    }

    private static async Task Is(string cured, Project project, int file = 0)
    {
        await Snippet.Compile(project);
        Document document = project.Documents.Single(candidate => candidate.Name == $"File{file}.cs");
        Assert.Equal(cured, (await document.GetTextAsync()).ToString(), ignoreLineEndingDifferences: true);
    }

    private static void Nothing(IReadOnlyList<Diagnostic> found) =>
        Assert.True(found.Count == 0, $"Nothing was to be reported:\n{string.Join('\n', found)}");
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using TrainingGuards.CodeFixes;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>Applies a fix as an editor does.</summary>
internal static class Fixing
{
    /// <summary>What a fix offers for a diagnostic.</summary>
    public static async Task<IReadOnlyList<CodeAction>> Offered(Project project, Diagnostic diagnostic, CodeFixProvider fix)
    {
        var offered = new List<CodeAction>();
        Document document = project.GetDocument(diagnostic.Location.SourceTree)!;
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offered.Add(action), CancellationToken.None));
        return offered;
    }

    /// <summary>Applies the first fix that is offered, until none is; each must change something.</summary>
    public static async Task<Project> OneByOne(Project project, TorchAnalyzer rule, CodeFixProvider fix)
    {
        for (int round = 0; ; round++)
        {
            Assert.True(round < 50, "Fixing does not come to an end.");
            CodeAction? action = null;
            foreach (Diagnostic diagnostic in await Snippet.Analyze(await Snippet.Compile(project), rule))
            {
                action ??= await Offered(project, diagnostic, fix) is [var first, ..] ? first : null;
            }
            if (action is null)
            {
                return project;
            }
            Assert.NotNull(action.EquivalenceKey);
            Solution changed = await Apply(action);
            Assert.NotEmpty(changed.GetChanges(project.Solution).GetProjectChanges());
            project = changed.GetProject(project.Id)!;
        }
    }

    /// <summary>Applies a fix to all that a rule finds in a scope: the first file, the first project, or the solution.</summary>
    public static async Task<Solution> All(Solution solution, TorchAnalyzer rule, RuleFix fix, FixAllScope scope)
    {
        Project project = solution.Projects.First();
        Document document = project.Documents.First();
        var context = new FixAllContext(
            document, fix, scope, fix.GetType().Name, fix.FixableDiagnosticIds, new Found(rule), CancellationToken.None);
        CodeAction action = (await fix.GetFixAllProvider().GetFixAsync(context))!;
        return await Apply(action);
    }

    private static async Task<Solution> Apply(CodeAction action)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(CancellationToken.None);
        return Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution;
    }

    private sealed class Found(TorchAnalyzer rule) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            SyntaxTree? tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return (await GetAllDiagnosticsAsync(document.Project, cancellationToken)).Where(diagnostic => diagnostic.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());

        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            await Snippet.Analyze(await Snippet.Compile(project), rule);
    }
}

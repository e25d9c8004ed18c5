using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace TrainingGuards.Analyzers.Options;

/// <summary>TG0001: an option in .editorconfig is none of ours, or has a value that cannot be read.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InvalidOption() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.InvalidOption,
        nameof(InvalidOption),
        "An option in .editorconfig is not understood",
        "{0}. Write {1}.",
        "An option that is not understood changes nothing, and nobody notices.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        var invalid = new Lazy<ILookup<SyntaxTree, Finding>>(() => Find(context.Compilation, context.Options));
        context.RegisterSyntaxTreeAction(file =>
        {
            foreach (Finding finding in invalid.Value[file.Tree])
            {
                file.ReportDiagnostic(Diagnostic.Create(Descriptor, Location.Create(file.Tree, new TextSpan(0, 0)), finding.Fact, finding.Advice));
            }
        });
    }

    // One .editorconfig holds for many files: each finding is told once, in the first of them.
    private static ILookup<SyntaxTree, Finding> Find(Compilation compilation, AnalyzerOptions options)
    {
        var seen = new HashSet<(string, string)>();
        return compilation.SyntaxTrees
            .SelectMany(tree => In(options.AnalyzerConfigOptionsProvider.GetOptions(tree)).Where(option => seen.Add(option)), (tree, option) => (Tree: tree, Finding: Of(option.Key, option.Value)))
            .Where(found => found.Finding is not null)
            .ToLookup(found => found.Tree, found => found.Finding!);
    }

    private static IEnumerable<(string Key, string Value)> In(AnalyzerConfigOptions options) => options.Keys
        .Where(key => key.StartsWith(RuleOption.Prefix, StringComparison.OrdinalIgnoreCase))
        .Select(key => (key, options.TryGetValue(key, out string? value) ? value : ""));

    private static Finding? Of(string key, string value)
    {
        RuleOption? option = RuleOptions.All.FirstOrDefault(known => string.Equals(known.Key, key, StringComparison.OrdinalIgnoreCase));
        return option is null ? new Finding($"'{key}' is no option of TrainingGuards", string.Join(" or ", RuleOptions.All.Select(known => $"'{known.Key}'")))
            : option.IsUnderstood(value) ? null
            : new Finding($"'{option.Key}' is '{value}', which is not understood", option.Values);
    }

    private sealed class Finding(string fact, string advice)
    {
        public string Fact { get; } = fact;

        public string Advice { get; } = advice;
    }
}

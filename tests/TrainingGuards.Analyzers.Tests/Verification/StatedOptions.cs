using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>The options that a snippet states for itself, each in a line <c>// .editorconfig: key = value</c>.</summary>
internal sealed partial class StatedOptions : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } = new Stated([]);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Stated(Line().Matches(tree.ToString())
        .ToDictionary(match => match.Groups["key"].Value, match => match.Groups["value"].Value, AnalyzerConfigOptions.KeyComparer));

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

    [GeneratedRegex(@"^// \.editorconfig: (?<key>\S+) = (?<value>.*?)\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    private sealed class Stated(Dictionary<string, string> options) : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => options.Keys;

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => options.TryGetValue(key, out value);
    }
}

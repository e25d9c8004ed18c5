using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TrainingGuards.Analyzers.Options;

/// <summary>One key of .editorconfig that a rule reads: <c>training_guards.&lt;name&gt;</c>.</summary>
/// <param name="name">The key without its prefix.</param>
/// <param name="rule">The rule that reads it.</param>
/// <param name="standard">What holds where nothing is said, as one would write it.</param>
/// <param name="values">What may be written.</param>
/// <param name="meaning">What it decides.</param>
internal abstract class RuleOption(string name, string rule, string standard, string values, string meaning)
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "training_guards.";

    public string Key { get; } = Prefix + name;

    public string Rule { get; } = rule;

    public string Standard { get; } = standard;

    public string Values { get; } = values;

    public string Meaning { get; } = meaning;

    /// <summary>Whether a value can be read.</summary>
    public abstract bool IsUnderstood(string text);

    /// <summary>A number between two bounds, both included.</summary>
    public static RuleOption<double> Number(string name, string rule, double standard, double low, double high, string meaning) => new(
        name,
        rule,
        standard,
        standard.ToString(CultureInfo.InvariantCulture),
        double.IsPositiveInfinity(high) ? FormattableString.Invariant($"a number from {low}") : FormattableString.Invariant($"a number from {low} to {high}"),
        meaning,
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= low && number <= high ? number : null);

    /// <summary>One of the names of an enumeration, in lower case.</summary>
    public static RuleOption<TChoice> Choice<TChoice>(string name, string rule, TChoice standard, string meaning)
        where TChoice : struct, Enum => new(
            name,
            rule,
            standard,
            standard.ToString().ToLowerInvariant(),
            string.Join(" or ", Enum.GetNames(typeof(TChoice)).Select(choice => choice.ToLowerInvariant())),
            meaning,
            text => Enum.TryParse(text, ignoreCase: true, out TChoice choice) && Enum.IsDefined(typeof(TChoice), choice) && !char.IsDigit(text[0]) ? choice : null);
}

/// <summary>A <see cref="RuleOption"/> with the type of its values.</summary>
internal sealed class RuleOption<T>(string name, string rule, T standard, string written, string values, string meaning, Func<string, T?> parse)
    : RuleOption(name, rule, written, values, meaning)
    where T : struct
{
    /// <inheritdoc/>
    public override bool IsUnderstood(string text) => text.Length > 0 && parse(text) is not null;

    /// <summary>What holds in a file; the standard where nothing is said, or nothing that can be read.</summary>
    public T In(SyntaxTree tree, AnalyzerOptions options) =>
        options.AnalyzerConfigOptionsProvider.GetOptions(tree).TryGetValue(Key, out string? text) && text.Length > 0 && parse(text) is { } value ? value : standard;
}

using System.Text.RegularExpressions;

namespace TrainingGuards.Reporting;

/// <summary>What a verdict was measured on, fact by fact; null is what it does not say.</summary>
internal sealed partial record SetupFacts(string? Model, string? Batch, string? Seed, string? Device)
{
    /// <summary>The facts of <c>DigitNet, batch of 64, seed 0, cpu</c>; a text of another form is all model.</summary>
    public static SetupFacts Of(string setup)
    {
        Match match = Form().Match(setup);
        if (!match.Success) return new(setup.Length == 0 ? null : setup, null, null, null);
        string? Group(string name) => match.Groups[name] is { Success: true, Length: > 0 } group ? group.Value : null;
        return new(Group("model"), Group("batch"), Group("seed"), Group("device"));
    }

    [GeneratedRegex(@"^((?<model>.+?), )?(batch of (?<batch>[^,]+), )?seed (?<seed>[^,]+)(, (?<device>.+))?$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Form();
}

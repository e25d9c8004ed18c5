using TrainingGuards.Reporting;

namespace TrainingGuards;

/// <summary>A claim about training that does not hold, as the monitor tells of it while training goes on.</summary>
/// <param name="Verdict">What was found, with numbers, causes and place.</param>
/// <param name="FirstStep">The step at which it was first seen.</param>
/// <param name="LastStep">The step at which it was last seen.</param>
/// <param name="Count">At how many of the steps that were looked into it was seen.</param>
public sealed record MonitorWarning(Verdict Verdict, long FirstStep, long LastStep, long Count)
{
    /// <summary>How long it went on, in a line: <c>LossDoesNotSpike: first seen at step 84, last at step 90, 7 times</c>.</summary>
    public string Duration => $"{Verdict.Check.Name}: {Seen}";

    internal string Seen => $"first seen at step {Numbers.Text(FirstStep)}, last at step {Numbers.Text(LastStep)}, {(Count == 1 ? "once" : $"{Numbers.Text(Count)} times")}";

    /// <summary>One line: the check, the worst number and the likeliest cause.</summary>
    public override string ToString()
    {
        Measurement? claim = Verdict.Findings.Claims.FirstOrDefault(claim => claim.Outside > 0);
        string cause = Verdict.Findings.Causes.Count > 0 ? $" {Verdict.Findings.Causes[0]}." : "";
        return $"{Verdict.Check.Name}, step {Numbers.Text(FirstStep)}: {claim}, expected {claim?.Expected}.{cause}";
    }
}

using TrainingGuards.Reporting;

namespace TrainingGuards;

/// <summary>What became of a check on a setup; computed from its measurements.</summary>
public sealed class Verdict
{
    internal Verdict(Check check, Findings findings, string setup, Cost cost) : this(check, findings, new SetupFacts(setup), cost)
    {
    }

    internal Verdict(Check check, Findings findings, SetupFacts facts, Cost cost)
    {
        Check = check;
        Findings = findings;
        Facts = facts;
        Cost = cost;
        (Outcome, Reason) = Judge(findings);
    }

    internal Verdict(Check check, Exception failure, SetupFacts facts, Cost cost)
    {
        Check = check;
        Findings = new();
        Facts = facts;
        Cost = cost;
        Failure = failure;
        (Outcome, Reason) = (Outcome.Crashed, failure is SetupException ? failure.Message : $"{failure.GetType().Name}: {failure.Message}");
    }

    private Verdict(Check check, Findings findings, SetupFacts facts, Cost cost, Outcome outcome, string? reason) =>
        (Check, Findings, Facts, Cost, Outcome, Reason) = (check, findings, facts, cost, outcome, reason);

    /// <summary>The check.</summary>
    public Check Check { get; }

    /// <summary>What it measured.</summary>
    public Findings Findings { get; }

    /// <summary>What it was measured on, fact by fact.</summary>
    public SetupFacts Facts { get; }

    /// <summary>What it was measured on, in a line: model, batch size, seed and device.</summary>
    public string Setup => Facts.ToString();

    /// <summary>What it cost, counted.</summary>
    public Cost Cost { get; }

    /// <summary>What was found.</summary>
    public Outcome Outcome { get; }

    /// <summary>Why a check is inconclusive, not applicable or did not end; null where it holds or is broken.</summary>
    public string? Reason { get; }

    /// <summary>What was thrown where the check did not run to its end; else null.</summary>
    public Exception? Failure { get; }

    /// <summary>Whether a suite that must hold fails by it.</summary>
    public bool Fails => Outcome is Outcome.Broken or Outcome.Inconclusive or Outcome.Crashed;

    /// <summary>Throws unless the claim holds.</summary>
    /// <exception cref="GuardException">The claim is broken, the check could not tell or did not end; the message is the verdict.</exception>
    /// <exception cref="NotApplicableException">The claim does not concern the setup.</exception>
    public Verdict MustHold() => Outcome switch
    {
        Outcome.Holds => this,
        Outcome.NotApplicable => throw new NotApplicableException(this),
        _ => throw new GuardException([this]),
    };

    /// <summary>The verdict in full, a fact a line.</summary>
    public override string ToString() => VerdictText.Of(this);

    /// <summary>A verdict as a report tells it.</summary>
    internal static Verdict Told(Check check, Findings findings, SetupFacts facts, Cost cost, Outcome outcome, string? reason) => new(check, findings, facts, cost, outcome, reason);

    // A claim seen to break is broken whatever the controls say: they only decide whether a pass proves anything.
    private static (Outcome, string?) Judge(Findings findings)
    {
        if (findings.NotApplicableBecause is { } because) return (Outcome.NotApplicable, because);
        if (findings.Claims.Any(claim => claim.Outside > 0)) return (Outcome.Broken, null);
        if (findings.Needs is { } needs) return (Outcome.Inconclusive, $"it needs {needs}");
        if (findings.Controls.FirstOrDefault(control => !control.Holds) is { } blind)
            return (Outcome.Inconclusive, $"its control failed: {blind}; expected {blind.Expected}");
        if (findings.Claims.Count == 0 || findings.Claims.FirstOrDefault(claim => claim.Readings.Count == 0) is not null)
            return (Outcome.Inconclusive, "nothing was measured");
        return (Outcome.Holds, null);
    }
}

namespace TrainingGuards;

/// <summary>A check that was left out of a recipe for a reason: test adapters show it as skipped, so that a pass says what did not run.</summary>
public sealed class ExcusedCheck : Check
{
    internal ExcusedCheck(string name, string because) => (Excused, Because) = (name, because);

    /// <summary>The name of the check that is not made.</summary>
    public string Excused { get; }

    /// <summary>The reason that was given.</summary>
    public string Because { get; }

    /// <inheritdoc/>
    public override string Claim => $"{Excused} is not asked for.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial) => Findings.NotApplicable($"excused, {Because}");

    /// <summary>The name of the check, and that it is excused.</summary>
    public override string ToString() => $"{Excused} (excused)";
}

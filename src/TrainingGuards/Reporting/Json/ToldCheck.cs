namespace TrainingGuards.Reporting.Json;

/// <summary>A check of which only a report tells: it was made elsewhere.</summary>
internal sealed class ToldCheck(string name, string tuned, string claim, Suite suite, string? page) : Check
{
    public override string Claim => claim;

    public override Suite Suite => suite;

    /// <summary>The address of its page, as it was told.</summary>
    public string? Page => page;

    internal override string? Told => name;

    public override string ToString() => tuned;

    protected internal override Findings Measure(Trial trial) => throw new NotSupportedException($"{name} was read from a report: it was made elsewhere.");
}

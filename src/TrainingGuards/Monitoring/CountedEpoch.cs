using TrainingGuards.Reporting;

namespace TrainingGuards.Monitoring;

/// <summary>The examples of one epoch, as its steps or batches tell.</summary>
/// <param name="name">Which it is: <c>in epoch 3</c>.</param>
internal sealed class CountedEpoch(string name)
{
    /// <summary>Which it is.</summary>
    public string Name => name;

    /// <summary>How many examples it has had.</summary>
    public long Examples { get; private set; }

    /// <summary>How many steps, or batches.</summary>
    public long Steps { get; private set; }

    /// <summary>The most examples of one of them.</summary>
    public long Largest { get; private set; }

    /// <summary>Takes in the examples of a step.</summary>
    public void Add(long examples)
    {
        Steps++;
        Examples += examples;
        Largest = Math.Max(Largest, examples);
    }

    /// <summary>What is missing, in words.</summary>
    /// <param name="all">How many examples there are.</param>
    /// <param name="unit">What was counted: <c>step</c> or <c>batch</c>.</param>
    public string MissingText(long all, string unit) =>
        $"{Numbers.Text(all - Examples)} of {Numbers.Text(all)} examples are not trained on{(IsRemainder(all) ? $", what is left of them after {Numbers.Text(Steps)} {(unit == "step" ? "steps" : "batches")} of {Numbers.Text(Largest)}" : "")}";

    /// <summary>Why examples are missing.</summary>
    /// <param name="all">How many there are.</param>
    /// <param name="unit">What was counted.</param>
    public Cause CauseOf(long all, string unit)
    {
        string evidence = $"{name} {MissingText(all, unit)}";
        if (Largest == 0) return new($"{name} nothing is trained on", "look at what the loader yields");
        if (!IsRemainder(all))
            return new($"{evidence}: {Numbers.Text(Steps)} {(unit == "step" ? "steps" : "batches")} of {Numbers.Text(Largest)}, where there would be {Numbers.Text((all + Largest - 1) / Largest)}", "look for what ends the loop early: a break, a limit on batches, a loader over a part of the data");
        return unit == "step"
            ? new(evidence, "make a step of the last batches too: if ((i + 1) % accumulation == 0 || i + 1 == batches); and keep the last, smaller batch (drop_last: false)")
            : new(evidence, "keep the last, smaller batch (drop_last: false), or choose a batch size that leaves little over");
    }

    // Equal steps, and less than one of them is missing.
    private bool IsRemainder(long all) => Largest > 0 && Examples == Steps * Largest && all - Examples < Largest;
}

using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>What a model of sequences says at a position does not depend on what comes after it: with everything after position t replaced, its outputs up to t are equal to the bit.</summary>
/// <remarks>
/// In evaluation mode, at four positions t. For models that predict what comes next; a tagger or a masked language model looks ahead by design. It cannot see leaks in training mode alone, nor targets that are
/// not shifted (TargetsAreShifted). Cost: 5 F; 1 F more where a size equals the length; a failure up to 23 F more.
/// </remarks>
/// <param name="timeDimension">The dimension of the inputs that counts time, 0 for [time, batch]; null for 1 in tokens, and in numbers of three dimensions the one that the outputs have too.</param>
/// <param name="input">The number of the input that is read in time, the second of an encoder and decoder for one; null for all that have time.</param>
public sealed class TimeIsCausal(int? timeDimension = null, int? input = null) : Check
{
    private const int Cuts = 4, Sequences = 5, Columns = 64;

    /// <summary>The dimension of the inputs that counts time; null where it is found.</summary>
    public int? TimeDimension { get; } = timeDimension is null or >= 0 ? timeDimension : throw new ArgumentOutOfRangeException(nameof(timeDimension), timeDimension, "Dimensions are counted from 0.");

    /// <summary>The number of the input that is read in time; null for all that have time.</summary>
    public int? Input { get; } = input is null or >= 0 ? input : throw new ArgumentOutOfRangeException(nameof(input), input, "Inputs are counted from 0.");

    /// <inheritdoc/>
    public override string Claim => "What the model says at a position does not depend on what comes after it.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Findings findings = Probe(trial);
        // A head that starts at zero hides everything behind it; two steps of training open it.
        bool blind = findings.Controls.Any(control => !control.Holds) && findings.Claims.All(claim => claim.Holds);
        if (!blind || !trial.Setup.Trains) return findings;
        for (int step = 0; step < 2; step++) trial.Step(trial.Batch);
        Findings opened = Probe(trial);
        return opened with { Notes = [.. opened.Notes, "measured after 2 training steps: at initialisation the output does not depend on the input"] };
    }

    private Findings Probe(Trial trial)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        using IDisposable mode = trial.Evaluating();
        Batch batch = Few(trial.Batch);
        Tensors outputs = trial.Forward(batch.Inputs);
        if (TimeAxis.In(trial.Setup, batch, TimeDimension, Input, outputs) is not { } axis)
            return Findings.NotApplicable($"for inputs {batch.Inputs.Shapes} the outputs are {outputs.Shapes}: no output for each position of a sequence; where time is another dimension than 1, say which: new {nameof(TimeIsCausal)}({nameof(timeDimension)}: 0)");
        if (axis.IsUndecided)
            return Findings.Inconclusive($"the dimension that counts time; for inputs {batch.Inputs.Shapes} the outputs are {outputs.Shapes}: new {nameof(TimeIsCausal)}({nameof(timeDimension)}: 1) or 2");
        if (outputs.Any(axis.IsAmbiguous))
        {
            batch = axis.Shortened();
            outputs = trial.Forward(batch.Inputs);
            axis = TimeAxis.In(trial.Setup, batch, TimeDimension, Input, outputs) ?? axis;
            if (outputs.Any(axis.IsAmbiguous)) return Findings.Inconclusive($"a length that no other dimension of the output has; for inputs {batch.Inputs.Shapes} the outputs are {outputs.Shapes}");
        }
        if (axis.Used < 3) return Findings.Inconclusive($"sequences of at least 3 positions; these have {Numbers.Text(axis.Used)}");

        int last = axis.Used - 2;
        int[] cuts = [.. Enumerable.Range(0, Cuts).Select(k => k * last / (Cuts - 1)).Distinct()];
        string what = axis.OfTokens ? "tokens" : "inputs";
        var before = new List<Reading>();
        var after = new List<Reading>();
        var all = new List<double[]>();
        foreach (int cut in cuts)
        {
            double[] changes = TimeLeaks.Changes(axis, outputs, trial.Forward(axis.Replaced(cut + 1, (int)axis.Length).Inputs));
            all.Add(changes);
            int worst = Enumerable.Range(0, cut + 1).MaxBy(t => double.IsNaN(changes[t]) ? double.PositiveInfinity : changes[t]);
            before.Add(new(changes[worst], $"at position {Numbers.Text(worst)} when the {what} after {Numbers.Text(cut)} change"));
            after.Add(new(changes.Skip(cut + 1).Max(), $"after position {Numbers.Text(cut)} when the {what} there change"));
        }
        var findings = new Findings
        {
            Claims = [new("change of output", Bound.Exactly(0), before)],
            Controls = [new("change of output", Bound.MoreThan(0), after)],
            Matrices = [Seen(what, cuts, all)],
        };
        if (findings.Claims[0].Holds) return findings;

        if (TimeLeaks.Changes(axis, outputs, trial.Forward(batch.Inputs)).Any(change => change != 0))
            return Findings.Inconclusive($"a model that gives the same twice in evaluation mode; two passes of the same {what} differ, and {nameof(EvaluationIsRepeatable)} says why");
        Cause? mixed = MixedSequences.Of(trial, axis, outputs);
        TimeLeaks leaks = TimeLeaks.Of(trial, axis, outputs);
        (Culprit? culprit, int ahead) = Localise(trial, batch, axis, cuts);
        return findings with { Causes = mixed is null ? TimePattern.Of(leaks, what, culprit, ahead) : [mixed], Where = culprit is null ? null : OwnCalls.Place(culprit, TimePattern.Suspects) };
    }

    // What is drawn has room for 64 columns: of more positions the largest change of neighbours.
    private static Matrix Seen(string what, int[] cuts, List<double[]> changes)
    {
        int share = ((changes[0].Length - 1) / Columns) + 1;
        double[][] values = [.. changes.Select(row => row.Chunk(share).Select(part => part.Any(double.IsNaN) ? double.NaN : part.Max()).ToArray())];
        string[] names = [.. Enumerable.Range(0, values[0].Length).Select(at => Numbers.Text(at * share))];
        return new("change of output", $"{what} replaced after", share == 1 ? "output at" : $"output at and the {Numbers.Text(share - 1)} after", values) { RowNames = [.. cuts.Select(cut => Numbers.Text(cut))], ColumnNames = names };
    }

    // A number of sequences that is not their length, so that the two are told apart in whatever passes through the model.
    private Batch Few(Batch batch)
    {
        if (TimeDimension == 0) return batch;
        long few = Math.Min(batch.Size, Sequences);
        return batch.First(few > 2 && batch.Inputs.Any(one => one.shape.Skip(1).Contains(few)) ? few - 1 : few);
    }

    /// <summary>Finds the first module whose output changes before a cut while its inputs do not, and how many positions ahead it looks.</summary>
    private static (Culprit? Culprit, int Ahead) Localise(Trial trial, Batch batch, TimeAxis axis, int[] cuts)
    {
        IReadOnlyList<TraceEvent> original = ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs));
        IReadOnlyList<TraceEvent>[] replaced = [.. cuts.Select(cut =>
        {
            Batch changed = axis.Replaced(cut + 1, (int)axis.Length);
            return ModuleTrace.Copied(trial.Model, () => trial.Forward(changed.Inputs));
        })];
        if (replaced.Any(trace => trace.Count != original.Count)) return (null, 0);
        int[] ahead = new int[original.Count];
        Culprit? culprit = Culprit.In(trial.Model, original, at =>
        {
            int?[] looks = [.. cuts.Select((cut, k) => Ahead(original[at].Tensors, replaced[k][at].Tensors, axis, cut))];
            ahead[at] = looks.Max() ?? 0;
            return looks.All(look => look is null) ? null : ahead[at] > 0;
        });
        int broken = culprit is null ? -1 : Enumerable.Range(0, original.Count).First(at => ReferenceEquals(original[at], culprit.FirstBroken));
        return (culprit, broken < 0 ? 0 : ahead[broken]);
    }

    // How many positions before the cut differ, the whole way to it: by the reading of the dimensions in which they are fewest. Null where none counts time.
    private static int? Ahead(Tensors before, Tensors after, TimeAxis axis, int cut)
    {
        int? most = null;
        for (int k = 0; k < before.Count && k < after.Count; k++)
        {
            if (!before[k].shape.SequenceEqual(after[k].shape)) continue;
            using var scope = NewDisposeScope();
            int[] ways = [.. axis.Ways(before[k]).Zip(axis.Ways(after[k])).Select(pair => cut + 1 - First(pair.First, pair.Second, cut + 1))];
            if (ways.Length > 0) most = Math.Max(most ?? 0, ways.Min());
        }
        return most;
    }

    // The first position that differs; the given one where none before it does.
    private static int First(Tensor before, Tensor after, int upTo)
    {
        for (int t = 0; t < upTo; t++)
            if (!TensorBits.Same(before.narrow(1, t, 1), after.narrow(1, t, 1))) return t;
        return upTo;
    }
}

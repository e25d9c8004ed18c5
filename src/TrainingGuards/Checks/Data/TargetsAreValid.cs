using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Data;

/// <summary>Every example has a target, and every target is one that the model can predict, within reach of its weights, and the loss does not ignore.</summary>
/// <remarks>
/// In an epoch of <see cref="Setup.Training"/>, else in the first 256 examples: as many targets as inputs, no NaN, class indices from 0 to C − 1 for an output of C columns, from 0
/// to 1 for a binary cross-entropy, a target that counts in each batch, and a loss for each class. Numbers are at most <c>reach</c> times as far from the first outputs as these move where every weight changes by the size that torch draws it with, unless some steps of training go a part of the way. It cannot see targets that are wrong and in range. Cost: 1 F and an epoch of
/// data; for numbers 2 F, and 20 S where they are far.
/// </remarks>
/// <param name="reach">How many times as far as all weights together reach numbers may be from the first outputs.</param>
public sealed class TargetsAreValid(double reach = 1000) : Check
{
    private const long Enough = 256;
    private const int Steps = 20;
    private const double Part = 0.05;

    /// <summary>How many times as far as all weights together reach numbers may be from the first outputs.</summary>
    public double Reach { get; } = reach > 1 ? reach : throw new ArgumentOutOfRangeException(nameof(reach), reach, "A factor above 1.");

    /// <inheritdoc/>
    public override string Claim => "Every example has a target that the model can predict and the loss does not ignore.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var ranges = new List<TargetRange>();
        try
        {
            foreach (Batch batch in TrainingBatches.Of(trial, Enough))
            {
                while (ranges.Count < batch.Targets.Count) ranges.Add(new(batch.Targets.NameOf(ranges.Count, "target"), trial.Setup.IgnoreIndex));
                for (int i = 0; i < batch.Targets.Count; i++) ranges[i].See(batch.Targets[i], batch.Size);
            }
            return Judge(trial, ranges);
        }
        finally
        {
            ranges.ForEach(range => range.Dispose());
        }
    }

    private Findings Judge(Trial trial, List<TargetRange> ranges)
    {
        var causes = new List<Cause>();
        var claims = new List<Measurement>
        {
            new("examples without a target", Bound.Exactly(0), [.. ranges.Select(range => new Reading(range.Missing, $"in {range.Name}"))]),
            new("NaN or infinite targets", Bound.Exactly(0), [.. ranges.Select(range => new Reading(range.NotFinite, $"in {range.Name}"))]),
        };
        foreach (TargetRange range in ranges)
        {
            if (range.Mismatch is { } mismatch)
                causes.Add(new($"batch {Numbers.Text(mismatch.Batch)} has {Numbers.Text(mismatch.Inputs)} inputs and a {range.Name} of shape {mismatch.Target}", "cut inputs and targets from the data in the same way"));
            if (range.NotFinite > 0)
                causes.Add(new($"{range.Name} has {Numbers.Text(range.NotFinite)} numbers that are not finite, the first in batch {Numbers.Text(range.FirstNotFinite)}", "drop such examples where the data is read; one of them makes the loss NaN"));
        }
        var findings = new Findings { Controls = [new("targets read", Bound.MoreThan(0), ranges.Sum(range => range.Count))], Claims = claims, Causes = causes };
        if (!claims.All(claim => claim.Holds)) return findings;
        findings = Fit(trial, ranges, findings, out TargetReach? numbers);
        return numbers is null ? findings : Reached(trial, numbers, ranges[0].Name, findings);
    }

    /// <summary>Holds the distance of numbers against what the weights, and the training, can do.</summary>
    private Findings Reached(Trial trial, TargetReach numbers, string name, Findings findings)
    {
        double? covered = numbers.Ratio > Reach && trial.Setup.Trains ? numbers.Covered(trial, trial.Batch, Steps) : null;
        // Steps that grow with the error reach far targets as fast as near ones.
        if (covered >= Part)
            return findings with { Notes = [.. findings.Notes, $"the {name}s are {Numbers.Text(numbers.Ratio)} times as far from the first outputs as all weights together reach; {Numbers.Text(Steps)} steps go {Numbers.Text(100 * covered.Value)} % of the way"] };
        var claim = new Measurement($"distance of the {name}s from the first outputs / change of these with every weight", Bound.AtMost(Reach), numbers.Ratio);
        return findings with { Claims = [.. findings.Claims, claim], Causes = claim.Holds ? findings.Causes : [.. findings.Causes, numbers.Cause(name, Steps, covered)] };
    }

    /// <summary>Holds the targets against what the model predicts and the loss takes.</summary>
    private static Findings Fit(Trial trial, List<TargetRange> ranges, Findings findings, out TargetReach? numbers)
    {
        numbers = null;
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        Batch batch = trial.Batch;
        Tensors outputs = trial.Forward(batch.Inputs);
        if (outputs.Count != batch.Targets.Count)
            return findings with { Notes = [$"{Numbers.Text(outputs.Count)} outputs are not paired with {Numbers.Text(batch.Targets.Count)} targets: ranges are not judged"] };

        var claims = new List<Measurement>(findings.Claims);
        var causes = new List<Cause>();
        var notes = new List<string>();
        for (int i = 0; i < outputs.Count; i++)
        {
            TargetRange range = ranges[i];
            Tensor output = outputs[i], target = batch.Targets[i];
            bool alone = outputs.Count == 1 && (trial.Setup.Loss is not null || trial.Setup.JointLoss is not null);
            if (SetupValidation.Classes(output, target) is { } classes)
            {
                claims.Add(new($"{range.Name}s of a batch that are not {Numbers.Text(trial.Setup.IgnoreIndex)}, the ignored index:", Bound.AtLeast(1), range.Fewest.Count, $"in batch {Numbers.Text(range.Fewest.Batch)}"));
                if (!claims[^1].Holds)
                    causes.Add(new($"all targets of batch {Numbers.Text(range.Fewest.Batch)} are ignored: the mean of no losses is NaN", "drop examples without any target, or let the batch be larger"));
                if (!range.HasReal) continue;
                claims.Add(new($"class {range.Name}", Bound.Between(0, classes - 1).Meaning($"a column of the output for each"), [new(range.Lowest.Value, range.Lowest.Where), new(range.Highest.Value, range.Highest.Where)]));
                if (!claims[^1].Holds) causes.Add(OutOfRange(range, classes, trial.Setup.IgnoreIndex));
                else if (alone) Ignored(trial, output, target, classes, claims, causes, notes);
            }
            else if (alone && LossOfConstantTargets.IsBinary(trial, output, target))
            {
                claims.Add(new($"{range.Name} of a binary cross-entropy", Bound.Between(0, 1), [new(range.Lowest.Value, range.Lowest.Where), new(range.Highest.Value, range.Highest.Where)]));
                if (!claims[^1].Holds)
                    causes.Add(new($"the loss is a binary cross-entropy, and the targets lie between {Numbers.Text(range.Lowest.Value)} and {Numbers.Text(range.Highest.Value)}: it falls without end", "map them to 0 and 1: divide masks of 255 by 255, or (target + 1) / 2 where they are −1 and 1"));
            }
        }
        if (outputs.Count == 1 && claims.TrueForAll(claim => claim.Holds) && trial.Setup is { Loss: not null } or { JointLoss: not null }) numbers = TargetReach.Of(trial, batch, outputs);
        return findings with { Claims = claims, Causes = causes, Notes = notes };
    }

    private static Cause OutOfRange(TargetRange range, long classes, long ignored)
    {
        double low = range.Lowest.Value, high = range.Highest.Value;
        string span = $"class targets lie between {Numbers.Text(low)} and {Numbers.Text(high)}, the output has {Numbers.Text(classes)} columns";
        return low >= 1 && high == classes ? new($"{span}: they are counted from 1", "subtract 1 from the targets")
            : high >= classes ? new($"{span}: there are more classes than columns", $"give the last layer {Numbers.Text(high + 1)} columns, or map the labels to 0 … {Numbers.Text(classes - 1)}")
            : new($"{span}: {Numbers.Text(low)} marks no class, and the ignored index is {Numbers.Text(ignored)}", $"give the loss ignore_index: {Numbers.Text(low)} and set Setup.IgnoreIndex to it, or drop such examples");
    }

    // For targets a position each, an ignored class may be padding that the setup does not name: a fact, not a fault.
    private static void Ignored(Trial trial, Tensor output, Tensor target, long classes, List<Measurement> claims, List<Cause> causes, List<string> notes)
    {
        var readings = new List<Reading>();
        Bound counts = Bound.MoreThan(0);
        foreach ((long index, double loss) in LossOfConstantTargets.OfClasses(trial, output, target, classes))
        {
            bool counted = counts.Contains(loss);
            if (index == trial.Setup.PaddingIndex && !counted) continue;
            using var scope = NewDisposeScope();
            string share = counted ? "" : $"{Numbers.Text(100 * target.eq(index).to(ScalarType.Float64).mean().ToDouble())} % of the targets of the first batch";
            if (!counted && target.dim() > 1)
            {
                notes.Add($"the loss ignores class {Numbers.Text(index)}, {share}; where it is padding, set Setup.PaddingIndex to it");
                continue;
            }
            readings.Add(new(loss, $"where every target is class {Numbers.Text(index)}"));
            if (!counted)
                causes.Add(new($"the loss of class {Numbers.Text(index)} alone is {Numbers.Text(loss)}: it is ignored, and is {share}", "give ignore_index a number that is no class, and every class a weight above 0"));
        }
        claims.Add(new("size of the loss", counts, readings));
    }
}

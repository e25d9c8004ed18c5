using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>In evaluation mode an example has the same output alone as in a batch: rms(f(x_i) − f(x)_i) ≤ 1e-4 · rms(f(x)).</summary>
/// <remarks>
/// Kernels add in another order for other sizes, so the bound is not equality: 1e-4 is 1700 units of roundoff of float32, and 16 units where the output's type has fewer bits. One reading an example and
/// output. Where the model takes no batch of one, pairs are compared in place of single examples, and a note says so. It cannot see what happens in training mode, nor an influence of the other examples below the bound:
/// ExamplesAreIsolated is exact. Cost: 1 + <c>examples</c> F; 2 S more where the output starts at a constant; at most 5 F to explain a failure.
/// </remarks>
/// <param name="examples">How many examples are tried alone: the first, the last, and others evenly between them.</param>
/// <param name="tolerance">The largest difference in root mean square, relative to that of the batch's output.</param>
public sealed class BatchSizeDoesNotMatter(int examples = 3, double tolerance = 1e-4) : Check
{
    /// <summary>How many examples are tried alone.</summary>
    public int Examples { get; } = examples > 0 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "At least one example is tried alone.");

    /// <summary>The largest difference in root mean square, relative to that of the batch's output.</summary>
    public double Tolerance { get; } = tolerance > 0 ? tolerance : throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "Rounding needs a tolerance above 0.");

    /// <inheritdoc/>
    public override string Claim => "Evaluation gives an example the same output alone as in a batch.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Findings findings = Probe(trial, trial.Batch);
        // A head that starts at zero hides everything behind it; two steps of training open it.
        bool blind = findings.Controls.Any(control => !control.Holds) && findings.Claims.All(claim => claim.Holds);
        if (!blind || !trial.Setup.Trains) return findings;
        for (int step = 0; step < 2; step++) trial.Step(trial.Batch);
        Findings opened = Probe(trial, trial.Batch);
        return opened with { Notes = [.. opened.Notes, "measured after 2 training steps: at initialisation all examples have the same output"] };
    }

    private Findings Probe(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        using IDisposable mode = trial.Evaluating();
        Tensors whole = Copy(trial.Forward(batch.Inputs));
        IReadOnlyList<(BatchPart Part, Tensors Own)> tried = Alone(trial, batch, out string? note);

        var notes = new List<string>();
        if (note is not null) notes.Add(note);
        var claims = new List<Measurement>();
        var seen = new List<double>();
        int[] numbers = [.. Enumerable.Range(0, whole.Count).Where(k => whole[k].is_floating_point())];
        if (numbers.Length == 0) return Findings.NotApplicable($"the outputs {whole.Shapes} are integers: rounding alone can turn one into another");
        foreach (int k in numbers)
        {
            string name = whole.NameOf(k, "output"), of = whole.Count == 1 ? "" : $" of {name}";
            Reading[] readings = [.. tried.Where(at => k < at.Own.Count).Select(at => new Reading(at.Part.Distance(whole[k], at.Own[k]) ?? double.NaN, Words(at.Part)))];
            if (tried.Any(at => k >= at.Own.Count || at.Part.Distance(whole[k], at.Own[k]) is null))
            {
                notes.Add($"{name} {ShapeText.Of(whole[k])} has no dimension that counts the examples: it is not judged");
                continue;
            }
            double limit = Math.Max(Tolerance, Rounding.Of(whole[k]));
            claims.Add(new($"difference{of} between alone and in the batch", Bound.AtMost(limit).Meaning($"of the output's root mean square; rounding explains {Numbers.Text(Rounding.Of(whole[k]))}"), readings));
            seen.Add(Spread(whole[k], batch.Size) / limit);
            (BatchPart Part, Tensors Own)[] lost = [.. tried.Where(at => at.Part.LosesDimension(whole[k], at.Own[k]))];
            if (lost.Any(at => at.Own[k].dim() > 0))
                claims.Add(new($"dimensions{of} of an example alone", Bound.Exactly(whole[k].dim()), [.. tried.Select(at => new Reading(at.Own[k].dim(), Words(at.Part)))]));
            else if (lost.Length > 0)
                notes.Add($"{name} {ShapeText.Of(whole[k])} is a single number for an example alone: squeeze drops the dimension of the batch too (TG6003)");
        }
        if (claims.Count == 0)
            return Findings.NotApplicable($"no output counts the examples: {Numbers.Text(batch.Size)} of them give {whole.Shapes}, {Numbers.Text(tried[0].Part.Count)} of them {tried[0].Own.Shapes}");

        var findings = new Findings
        {
            Claims = claims,
            Controls = [new("difference between examples, in units of the bound", Bound.MoreThan(1), seen.Max())],
            Notes = notes,
        };
        if (claims.All(claim => claim.Holds)) return findings;
        (BatchPart Part, Tensors Own) worst = tried.MaxBy(at => numbers.Max(k => k < at.Own.Count && at.Part.Distance(whole[k], at.Own[k]) is { } apart ? double.IsNaN(apart) ? double.PositiveInfinity : apart : 0));
        (Cause cause, Place? where) = new BatchDependence(trial, batch, Tolerance).Of(worst.Part, whole, worst.Own);
        return findings with { Causes = [cause], Where = where };
    }

    /// <summary>A few examples, each alone; in pairs where the model does not take one alone.</summary>
    private IReadOnlyList<(BatchPart Part, Tensors Own)> Alone(Trial trial, Batch batch, out string? note)
    {
        note = null;
        long n = batch.Size;
        (BatchPart, Tensors) Pass(long first, long count)
        {
            var part = new BatchPart(first, count, n);
            return (part, Copy(trial.Forward(part.Of(batch).Inputs)));
        }
        long[] Positions(long count) => [.. Enumerable.Range(0, Examples).Select(i => Examples == 1 ? 0 : i * (n - count) / (Examples - 1)).Distinct()];
        try
        {
            return [.. Positions(1).Select(first => Pass(first, 1))];
        }
#pragma warning disable CA1031 // Whatever a model throws at a batch of one, it may take two; what it throws then is not caught.
        catch (Exception failure) when (n > 2 && failure is not (OperationCanceledException or BudgetExceededException or SetupException))
#pragma warning restore CA1031
        {
            note = $"the model takes no example alone ({failure.GetType().Name}): pairs are compared in place of single examples";
            return [.. Positions(2).Select(first => Pass(first, 2))];
        }
    }

    // An example against its neighbour: a model that gives all the same hides what this check looks for.
    private static double Spread(Tensor whole, long examples)
    {
        using var scope = NewDisposeScope();
        int dimension = Array.FindIndex(whole.shape, size => size > 0 && size % examples == 0);
        double apart = RelativeDistance.Of(whole.roll(whole.shape[dimension] / examples, dimension), whole, whole);
        return double.IsNaN(apart) ? 0 : apart;
    }

    private static Tensors Copy(Tensors outputs) => outputs.Select(output => output.detach().clone());

    private static string Words(BatchPart part) => part.Count == 1 ? $"for example {Numbers.Text(part.First)}" : $"for examples {Numbers.Text(part.First)} and {Numbers.Text(part.First + 1)}";
}

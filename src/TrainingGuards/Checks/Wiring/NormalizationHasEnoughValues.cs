using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Every normalisation that takes its statistics from what it is given sees at least two values for each of them in a training pass.</summary>
/// <remarks>
/// Exact, a count by the shape: of one value the mean is the value itself and the output is zero, for which TorchSharp, unlike PyTorch, does not throw. It cannot see functional
/// normalisations, modules that are called by forward in place of call, nor batches of other sizes than that of the setup, unless <c>smallestBatch</c> says what they are. Cost: 1 F.
/// </remarks>
/// <param name="smallestBatch">How many examples the smallest batch of the training has: the remainder of an epoch, where it is not dropped; 0 for the setup's own.</param>
public sealed class NormalizationHasEnoughValues(int smallestBatch = 0) : Check
{
    /// <summary>How many examples the smallest batch of the training has; 0 for the setup's own.</summary>
    public int SmallestBatch { get; } = smallestBatch >= 0 ? smallestBatch : throw new ArgumentOutOfRangeException(nameof(smallestBatch), smallestBatch, "A batch has no less than 0 examples.");

    /// <inheritdoc/>
    public override string Claim => "Every normalisation sees at least two values for each mean that it takes in training.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Batch batch = trial.Batch;
        if (SmallestBatch > batch.Size)
            throw new SetupException(given: $"a batch of {Numbers.Text(batch.Size)}, and {Numbers.Text(SmallestBatch)} examples as the smallest batch", expected: "a smallest batch of no more examples", remedy: "correct smallestBatch, or let Batch yield more examples");
        trial.Model.train();
        // What a module of torch's own is made of is torch's concern, and its calls are not to be seen.
        IReadOnlyList<string> composites = ModuleKind.Composites(trial.Model);
        (string Path, nn.Module Module)[] layers = [.. ModelTensors.Modules(trial.Model)
            .Where(part => NormalizationCall.TakesStatistics(part.Module) && !composites.Any(composite => CoveringNames.IsUnder(part.Path, composite)))];
        if (layers.Length == 0) return Findings.NotApplicable($"{trial.Model.GetType().Name} has no normalisation that takes its statistics from what it is given in training");

        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        if (SmallestBatch > 0) batch = batch.First(SmallestBatch);
        IReadOnlyList<NormalizationCall> calls = NormalizationCall.In(trial, batch);
        NormalizationCall[] starved = [.. calls.Where(call => call.Values < 2)];
        return new()
        {
            Claims = [new("values for each mean", Bound.AtLeast(2), [.. calls.Select(call => new Reading(call.Values, call.Culprit))])],
            Controls = [new("calls of a normalisation that are seen", Bound.AtLeast(1), calls.Count)],
            Causes = [.. starved.GroupBy(call => call.Reason(batch.Size)).Select(group => Cause([.. group], group.Key, batch.Size))],
            Where = starved.Length == 0 ? null : new(starved[0].Path, starved[0].Site?.ToString()),
            Notes =
            [
                .. starved.Length == 0 && SmallestBatch == 0 ? InABatchOfOne(calls, batch.Size) : [],
                .. layers.Length > 0 && calls.Count > 0 && layers.Where(layer => calls.All(call => call.Path != layer.Path)).Select(layer => $"`{layer.Path}`").ToArray() is { Length: > 0 } unseen
                    ? [$"{Words.List(unseen)} {(unseen.Length == 1 ? "was" : "were")} not called"]
                    : Array.Empty<string>(),
            ],
        };
    }

    private static Cause Cause(NormalizationCall[] calls, Starvation reason, long size)
    {
        string subject = $"{Words.List([.. calls.Select(call => $"`{call.Path}`").Distinct()])} ({calls[0].Kind}) {(calls.Length == 1 ? "is" : "are")} given {calls[0].Shape}, one value for each mean: all outputs are 0 before scale and shift, whatever the input";
        return reason switch
        {
            Starvation.SmallBatch => new($"{subject}; the batch has {(size == 1 ? "one example" : $"{Numbers.Text(size)} examples")}", "drop the last batch (drop_last: true), or choose a batch size that leaves a remainder of at least 2; for batches of one use GroupNorm or LayerNorm"),
            Starvation.BatchTakenApart => new($"{subject}; the batch has {Numbers.Text(size)} examples, and one at a time comes here", "pass the batch as a whole; look for a loop over examples, split, select or unsqueeze(0) before it"),
            _ => new($"{subject}; it normalises within each example, whatever the batch size", "normalise before the maps are pooled to one value, or use fewer groups"),
        };
    }

    private static IEnumerable<string> InABatchOfOne(IReadOnlyList<NormalizationCall> calls, long size)
    {
        string[] paths = [.. calls.Where(call => call.OverBatch && call.Values == size).Select(call => $"`{call.Path}`").Distinct()];
        if (paths.Length > 0)
            yield return $"in a batch of one {Words.List(paths)} would see one value for each mean and give zeros: where the number of examples leaves a remainder of 1, drop the last batch (drop_last: true)";
    }
}

using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>What a trained model says of held-out examples: what it takes for what, and where it is most wrong.</summary>
internal static class TrainedPredictions
{
    private const long Most = 10_000, PairsOfBatch = 1024;

    public static IEnumerable<Exhibit> Of(Trial trial, nn.Module model)
    {
        using IDisposable mode = new EvaluationMode(model);
        using var grad = no_grad();
        Device device = model.parameters().Select(one => one.device).FirstOrDefault() ?? trial.Device;
        using var worst = new WorstExamples();
        // What is counted outlives the scopes of batches, and no more.
        using var held = NewDisposeScope();
        Tensor? counts = null, losses = null;
        var pairs = new List<(Tensor Output, Tensor Target)>();
        TargetKind kind = TargetKind.Unknown;
        (string set, IEnumerable<Batch> batches) = HeldOut(trial);
        long seen = 0;
        foreach (Batch own in batches)
        {
            using var scope = new PassScope(model);
            Batch batch = own.CopyTo(device);
            Tensors outputs = trial.ForwardThrough(model, batch.Inputs);
            if (seen == 0) kind = LossProfile.Of(trial, outputs, batch.Targets).Kind;
            if (Counts(trial.Setup, kind, outputs, batch.Targets) is { } more) Replace(ref counts, counts is null ? more : counts + more);
            if (kind == TargetKind.Numbers && outputs[0].numel() == batch.Targets[0].numel()) pairs.Add((Few(outputs[0]), Few(batch.Targets[0])));
            if (outputs.All(output => output.dim() > 0 && output.shape[0] == batch.Size))
            {
                Tensor each = LossOfEach(trial, outputs, batch);
                worst.See(batch, outputs, each);
                Replace(ref losses, losses is null ? each.sum() : losses + each.sum());
            }
            seen += batch.Size;
            if (seen >= Most) break;
        }
        if (seen == 0) yield break;
        Matrix? matrix = counts is not null ? Confusion.Matrix(counts) : pairs.Count > 0 ? NumberConfusion.Of(cat([.. pairs.Select(pair => pair.Output)]), cat([.. pairs.Select(pair => pair.Target)])) : null;
        string of = $"{Numbers.Text(seen)} examples of {set}{(seen >= Most ? ", the first" : "")}";
        if (matrix is not null)
        {
            yield return new("Predictions", counts is not null
                ? "How often each class is taken for which: what is right lies on the diagonal; a column that is strong everywhere is a class that all is taken for."
                : "Labels down, predictions across: what is right lies on the diagonal; a band that is flatter is a model that stays near the mean.")
            {
                Notes = [counts is not null ? $"{Numbers.Text(100 * Right(matrix))} % right of {of}" : of],
                Matrices = [matrix],
            };
        }
        if (worst.Losses is not null) yield return Worst(worst, kind, losses!.ToDouble() / worst.Seen, of);

        void Replace(ref Tensor? kept, Tensor now)
        {
            Tensor? before = kept;
            kept = Held(now);
            before?.Dispose();
        }

        // Evenly spaced, the same of both, kept beyond the batch.
        Tensor Few(Tensor tensor)
        {
            Tensor flat = tensor.detach().flatten();
            return Held(flat.slice(0, 0, flat.numel(), Math.Max(1, flat.numel() / PairsOfBatch)).clone());
        }

        Tensor Held(Tensor tensor)
        {
            held.Attach(tensor.DetachFromDisposeScope());
            return tensor;
        }
    }

    private static (string Set, IEnumerable<Batch> Batches) HeldOut(Trial trial) =>
        trial.Setup.Validation is { } validation ? ("Validation", trial.Epoch(validation))
        : trial.Setup.Training is { } training ? ("Training", trial.Epoch(training))
        : ("the first batch", [trial.Batch]);

    private static Tensor? Counts(Setup setup, TargetKind kind, Tensors outputs, Tensors targets) => kind switch
    {
        TargetKind.ClassesFromLogits or TargetKind.ClassesFromLogProbabilities => Confusion.Counts(setup, outputs[0], targets[0]),
        TargetKind.BinaryFromLogits when outputs[0].numel() == outputs[0].shape[0] => Confusion.BinaryCounts(outputs[0], targets[0]),
        _ => null,
    };

    // The user's own loss, of one example after the other; the numbers stay where they are.
    private static Tensor LossOfEach(Trial trial, Tensors outputs, Batch batch)
    {
        Tensor One(Tensor tensor, int at) => tensor.dim() > 0 && tensor.shape[0] == batch.Size ? tensor.narrow(0, at, 1) : tensor;
        return stack([.. Enumerable.Range(0, (int)batch.Size).Select(at => trial.Loss(outputs.Select(one => One(one, at)), batch.Targets.Select(one => One(one, at))).detach().to(ScalarType.Float64).reshape([]))]);
    }

    private static double Right(Matrix matrix) => matrix.Values.Select((row, at) => row[at]).Sum() / Math.Max(1, matrix.Values.Sum(row => row.Sum()));

    private static Exhibit Worst(WorstExamples worst, TargetKind kind, double mean, string of)
    {
        double[] losses = HostNumbers.Of(worst.Losses!);
        long[] numbers = HostNumbers.Integers(worst.Numbers!);
        var exhibit = new Exhibit("Worst examples", "The highest losses, for the eye: wrong labels, examples that are cut off, and kinds of which there are too few.")
        {
            Notes = [$"mean loss {Numbers.Text(mean)} over {of}; numbers count in the order of the pass"],
        };
        if (worst.Inputs is not { } inputs)
            return exhibit with { Bars = [new("loss", "example", [.. losses.Zip(numbers, (loss, number) => new Reading(loss, $"no. {Numbers.Text(number)}"))])] };
        IReadOnlyList<string> targets = TargetWords.Of(worst.Targets!, losses.Length, losses.Length), predicted = Predicted(worst.Outputs!, kind, losses.Length);
        string Said(int at) => string.Join(", ", new[] { targets[at], predicted[at] }.Where(part => part.Length > 0));
        string[] captions = [.. Enumerable.Range(0, losses.Length).Select(at => $"no. {Numbers.Text(numbers[at])}: {string.Join(", ", new[] { Said(at), $"loss {Numbers.Text(losses[at])}" }.Where(part => part.Length > 0))}")];
        ImageSheet[] sheets = [.. InputPictures.Sheets(inputs, losses.Length, captions)];
        bool named = sheets.Any(sheet => sheet.Images.Count > 1) || losses.Length == 1;
        return exhibit with
        {
            Sheets = sheets,
            Bars = named ? [] : [new("loss", "example", [.. losses.Select((loss, at) => new Reading(loss, $"no. {Numbers.Text(numbers[at])}{(Said(at).Length > 0 ? $": {Said(at)}" : "")}"))])],
            Notes = [.. exhibit.Notes, .. InputPictures.Words(inputs, losses.Length, captions)],
        };
    }

    private static IReadOnlyList<string> Predicted(Tensors outputs, TargetKind kind, int count)
    {
        using var scope = NewDisposeScope();
        Tensor first = outputs[0].detach();
        if (kind is TargetKind.ClassesFromLogits or TargetKind.ClassesFromLogProbabilities && first.dim() == 2) return [.. HostNumbers.Integers(first.argmax(1)).Select(one => $"predicted {Numbers.Text(one)}")];
        if (first.numel() == count) return [.. HostNumbers.Of(first).Select(one => $"predicted {Numbers.Text(one)}")];
        return [.. Enumerable.Repeat("", count)];
    }
}

using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What the untrained model costs on the first batches, in evaluation mode and without gradients.</summary>
/// <param name="Loss">The mean loss over all batches.</param>
/// <param name="Examples">How many examples were seen.</param>
/// <param name="BatchSize">The size of the first batch.</param>
/// <param name="PartSize">The size of the parts that it was cut into.</param>
/// <param name="PartRatio">The mean loss of the parts over the loss of the first batch.</param>
/// <param name="Response">How much the loss changes when N(0, 1) is added to the output.</param>
/// <param name="Outputs">The model's outputs on the first batch.</param>
/// <param name="Targets">The targets of the first batch.</param>
/// <param name="Profile">What the loss is worth without a model.</param>
internal sealed record InitialLoss(
    double Loss, long Examples, long BatchSize, long PartSize, double PartRatio, double Response, Tensors Outputs, Tensors Targets, LossProfile Profile)
{
    private const long Parts = 4;

    // Of small batches there are many, and each is a pass.
    private const int MostBatches = 16;

    /// <summary>Enough batches to know the loss by, at most 16.</summary>
    public static IReadOnlyList<Batch> Draw(Trial trial, long enough) => [.. DrawnBatches.Of(trial, enough, most: MostBatches)];

    public static InitialLoss Of(Trial trial, IReadOnlyList<Batch> batches)
    {
        Batch first = batches[0];
        Tensors outputs = trial.Forward(first.Inputs);
        double loss = trial.Loss(outputs, first.Targets).ToDouble();
        double sum = (loss * first.Size) + batches.Skip(1).Sum(batch => trial.Loss(trial.Forward(batch.Inputs), batch.Targets).ToDouble() * batch.Size);
        long examples = batches.Sum(batch => batch.Size);
        long part = Math.Max(2, first.Size / Parts);
        double parts = 0;
        int count = 0;
        for (long from = 0; from + part <= first.Size; from += part, count++)
        {
            Batch piece = first.At([.. Enumerable.Range((int)from, (int)part).Select(i => (long)i)]);
            parts += trial.Loss(trial.Forward(piece.Inputs), piece.Targets).ToDouble();
        }
        Tensors moved = outputs.Select(output => output.is_floating_point() ? output + randn_like(output) : output);
        double response = Math.Abs(trial.Loss(moved, first.Targets).ToDouble() - loss);
        return new(sum / examples, examples, first.Size, part, parts / count / loss, response, outputs, first.Targets, LossProfile.Of(trial, outputs, first.Targets));
    }

    /// <summary>The share of rows that are probabilities: none below 0, and a sum of 1 within 1e-4.</summary>
    public static double ShareOfProbabilities(InitialLoss observed)
    {
        using var scope = NewDisposeScope();
        Tensor rows = LossProfile.Rows(observed.Outputs[0], observed.Targets[0]).to(ScalarType.Float64);
        Tensor probabilities = rows.ge(0).all(-1).logical_and((rows.sum(-1) - 1).abs().lt(1e-4));
        return probabilities.to(ScalarType.Float64).mean().ToDouble();
    }
}

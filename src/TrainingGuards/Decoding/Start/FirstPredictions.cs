using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What a model predicts before training, a row an example or position, with what it is compared with; positions that the loss ignores are left out.</summary>
/// <param name="Kind">What the targets are.</param>
/// <param name="Outputs">The outputs in float64, [rows, columns].</param>
/// <param name="Targets">[rows, columns]: one-hot classes, zeros and ones, or numbers.</param>
/// <param name="AreProbabilities">Whether the outputs are probabilities already.</param>
/// <param name="Examples">How many examples the rows belong to.</param>
/// <param name="OutputShapes">The shapes of the first batch's outputs, for messages.</param>
internal sealed record FirstPredictions(TargetKind Kind, Tensor Outputs, Tensor Targets, bool AreProbabilities, long Examples, string OutputShapes)
{
    // Below the smallest normal float32 a probability is 0.
    private const double Smallest = 1e-38, RowSum = 1e-4;

    public bool AreClasses => Kind is TargetKind.ClassesFromLogits or TargetKind.ClassesFromLogProbabilities;

    public long Columns => Outputs.shape[1];

    /// <summary>The share of each column in the targets: π for classes.</summary>
    public Tensor Prior => Targets.mean([0L]);

    /// <summary>In the mode that the model is in; its tensors belong to the open scope.</summary>
    public static FirstPredictions Of(Trial trial, IReadOnlyList<Batch> batches)
    {
        Tensors first = trial.Forward(batches[0].Inputs);
        TargetKind kind = LossProfile.Of(trial, first, batches[0].Targets).Kind;
        if (kind == TargetKind.Unknown) return new(kind, empty(0, 1), empty(0, 1), AreProbabilities: false, batches[0].Size, first.Shapes);
        var outputs = new List<Tensor>();
        var targets = new List<Tensor>();
        foreach (Batch batch in batches)
        {
            Tensor output = (outputs.Count == 0 ? first : trial.Forward(batch.Inputs))[0].detach(), target = batch.Targets[0];
            if (kind is TargetKind.Numbers or TargetKind.BinaryFromLogits)
            {
                outputs.Add(output.reshape(output.shape[0], -1));
                targets.Add(target.reshape(output.shape[0], -1));
                continue;
            }
            Tensor labels = target.flatten().to(ScalarType.Int64), real = labels.ne(trial.Setup.IgnoreIndex).nonzero().flatten();
            Tensor rows = LossProfile.Rows(output, target).index_select(0, real);
            outputs.Add(rows);
            targets.Add(nn.functional.one_hot(labels.index_select(0, real), rows.shape[1]));
        }
        Tensor all = cat([.. outputs], 0).to(ScalarType.Float64);
        bool probabilities = kind is not (TargetKind.Numbers or TargetKind.BinaryFromLogits) && all.shape[0] > 0
            && all.ge(0).all().ToBoolean() && (all.sum(-1) - 1).abs().max().ToDouble() < RowSum;
        return new(kind, all, cat([.. targets], 0).to(ScalarType.Float64), probabilities, batches.Sum(batch => batch.Size), first.Shapes);
    }

    /// <summary>The logarithms of what is predicted, [rows, classes]; for zeros and ones a row a number, with two classes.</summary>
    public Tensor LogProbabilities() =>
        AreProbabilities ? Outputs.clamp(min: Smallest).log()
        : AreClasses ? nn.functional.log_softmax(Outputs, -1)
        : nn.functional.log_softmax(stack([zeros_like(Outputs), Outputs], -1).reshape(-1, 2), -1);

    /// <summary>The distribution of the targets in the columns of <see cref="LogProbabilities"/>.</summary>
    public Tensor Distribution()
    {
        if (AreClasses) return Prior;
        Tensor ones = Targets.mean();
        return stack([1 - ones, ones], 0);
    }
}

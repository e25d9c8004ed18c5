using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>One draw of an augmentation on a batch whose inputs are drawings of its targets.</summary>
/// <param name="Examples">How many drawings have something to compare.</param>
/// <param name="Kept">The mean correlation of the augmented drawings with drawings of the augmented targets.</param>
/// <param name="Unmoved">Their mean correlation with drawings of the targets as they were.</param>
/// <param name="InputsMove">Whether any drawing was changed.</param>
/// <param name="TargetsMove">Whether any target was changed.</param>
/// <param name="Explained">The change of the targets that the inputs show best, of those that are tried: <c>flipped along dimension 3</c>.</param>
/// <param name="ExplainedBy">The mean correlation with it.</param>
internal sealed record DrawnAugmentation(int Examples, double Kept, double Unmoved, bool InputsMove, bool TargetsMove, string Explained, double ExplainedBy)
{
    public static DrawnAugmentation Of(Trial trial, Batch batch, Func<Batch, Batch> augment, Func<Batch, Tensors> drawing)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensors before = Drawn(batch);
        Batch given = new(before.Select(tensor => tensor.clone()), batch.Targets.Select(tensor => tensor.clone()));
        Batch after = augment(given) ?? throw new SetupException(given: "an augmentation that returns null", expected: "the augmented batch", remedy: "return the new inputs and targets from augment");
        Tensors drawn = Drawn(after);
        Tensor inputs = after.Inputs[0];
        (double kept, int examples) = Correlation(inputs, drawn[0]);
        double unmoved = before[0].shape.SequenceEqual(inputs.shape) ? Correlation(inputs, before[0]).Mean : 0;
        (string name, double value) = Best(inputs, before[0]);
        return new(examples, kept, unmoved, Differ(before, after.Inputs), Differ(batch.Targets, after.Targets), name, value);

        Tensors Drawn(Batch like)
        {
            Tensors result = drawing(like) ?? throw new SetupException(given: "a drawing that is null", expected: "targets drawn as inputs", remedy: "return tensors of the inputs' shape from drawing");
            return result.Count == like.Inputs.Count && result.Zip(like.Inputs).All(pair => pair.First.shape.SequenceEqual(pair.Second.shape))
                ? new([.. result.Zip(like.Inputs).Select(pair => pair.First.to(pair.Second.dtype).to(trial.Device))])
                : throw new SetupException(given: $"a drawing {result.Shapes} for inputs {like.Inputs.Shapes}", expected: "drawings of the inputs' shape", remedy: "draw each target as an input: for masks batch => batch.Targets[0].unsqueeze(1).expand_as(batch.Inputs[0])");
        }
    }

    private static (string Name, double Value) Best(Tensor inputs, Tensor before)
    {
        var best = (Name: "", Value: double.NegativeInfinity);
        foreach ((string name, Tensor moved) in Moved(before).Where(moved => moved.Tensor.shape.SequenceEqual(inputs.shape)))
            if (Correlation(inputs, moved).Mean is var value && value > best.Value) best = (name, value);
        return best;
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Moved(Tensor before)
    {
        yield return ("left where they were", before);
        for (long d = Math.Min(2, before.dim() - 1); d < before.dim(); d++) yield return ($"flipped along dimension {Numbers.Text(d)}", before.flip(d));
        if (before.dim() < 4) yield break;
        yield return ("flipped along dimensions 2 and 3", before.flip(2, 3));
        yield return ("transposed", before.transpose(2, 3));
    }

    // By example, then the mean: examples whose drawing is empty on both sides have nothing to say, on one side they disagree.
    private static (double Mean, int Examples) Correlation(Tensor one, Tensor two)
    {
        Tensor a = Centred(one), b = Centred(two);
        Tensor sizes = (a.square().sum([1L]) * b.square().sum([1L])).sqrt(), some = (a.square().sum([1L]) + b.square().sum([1L])).gt(1e-12);
        int examples = (int)some.sum().ToInt64();
        return (examples == 0 ? 0 : ((a * b).sum([1L]) / sizes.clamp(min: 1e-12)).sum().ToDouble() / examples, examples);

        static Tensor Centred(Tensor tensor)
        {
            Tensor rows = tensor.to(ScalarType.Float64).reshape(tensor.shape[0], -1);
            return rows - rows.mean([1L], keepdim: true);
        }
    }

    private static bool Differ(Tensors one, Tensors two) => !TensorBits.AllSame(one, two);
}

using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads from the range of a model's outputs whether an activation stands behind its last layer.</summary>
/// <remarks>
/// A last layer without one gives no exact zeros and has no border that numbers pile up at. A share of them at the border is asked for, since sound outputs
/// may happen to lie within one: those of a regression on [0, 1] do. To be asked only where a claim is broken.
/// </remarks>
internal static class OutputRange
{
    private const double Share = 0.05, Border = 0.01, Near = 0.1, RowSum = 1e-4, Half = 0.5;

    // Fewer numbers than this lie on one side by chance, and fewer than these at a border.
    private const long Fewest = 16, FewestAtBorder = 3;

    /// <summary>The likely cause, with the numbers that betray it; null where no output looks like that.</summary>
    internal static Cause? Of(Tensors outputs) => outputs.Where(output => output.is_floating_point() && output.numel() >= Fewest).Select(One).FirstOrDefault(cause => cause is not null);

    private static Cause? One(Tensor output)
    {
        using var scope = NewDisposeScope();
        Tensor values = output.detach().to(ScalarType.Float64);
        double low = values.min().ToDouble(), high = values.max().ToDouble();
        if (!double.IsFinite(low) || !double.IsFinite(high)) return null;
        double Fraction(Tensor which) => which.to(ScalarType.Float64).mean().ToDouble();
        string Percent(double share) => $"{Numbers.Text(100 * share)} %";

        if (low >= 0 && output.dim() >= 2 && SumsToOne(values))
            return new($"the outputs are ≥ 0 and sum to 1 in every row of {Numbers.Text(output.shape[^1])}: they went through a softmax", "give the loss the logits, without the softmax", "TG4001");
        if (low >= 0 && high > 0 && Fraction(values.eq(0)) is > Share and < 1 and var zeros)
            return Activation("relu", $"{Percent(zeros)} of the outputs are exactly 0 and none is below");
        if (low == 0 && high == 0)
            return Activation("relu", "all outputs are exactly 0");
        // Outputs that all lie at one end are as well those of weights that something has drawn to 0: only what lies at an end to the last bit, or reaches from an end into the other half, is squeezed.
        bool reaches = high - low > Half || Fraction(values.eq(1)) > Share;
        if (low >= 0 && high <= 1 && reaches && Piled(values.minimum(1 - values)) is > Share and var ends)
            return Activation("sigmoid", $"all outputs lie in (0, 1), {Percent(ends)} of them within {Numbers.Text(Border)} of an end");
        if (low < 0 && low >= -1 && high <= 1 && Piled(1 - values.abs()) is > Share and var saturated)
            return Activation("tanh", $"all outputs lie in (−1, 1), {Percent(saturated)} of them beyond ±{Numbers.Text(1 - Border)}");
        return null;
    }

    // The share of numbers within the border by their distance from an end; 0 where they are no more than in the nine times wider band behind it.
    private static double Piled(Tensor distance)
    {
        double at = distance.lt(Border).sum().ToDouble(), behind = distance.lt(Near).sum().ToDouble() - at;
        return at >= FewestAtBorder && at >= behind ? at / distance.numel() : 0;
    }

    private static bool SumsToOne(Tensor values)
    {
        bool Along(long dimension) => values.shape[dimension] > 1 && (values.sum(dimension) - 1).abs().max().ToDouble() < RowSum;
        return Along(values.dim() - 1) || Along(1);
    }

    private static Cause Activation(string kind, string evidence) => new(
        $"{evidence}: the last layer is followed by a {kind}",
        $"remove the {kind} behind the last layer: the loss takes raw outputs",
        "TG3007");
}

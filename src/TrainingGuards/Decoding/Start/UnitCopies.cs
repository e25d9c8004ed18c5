using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How many units of a layer are copies of another: the same weights and bias to the bit, and the same gradient.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Count">How many units could be left out.</param>
/// <param name="LargestGradient">The norm of the largest gradient of a unit of the layer.</param>
/// <param name="AllAlike">Whether all units of the layer have the same weights, whatever their biases and gradients.</param>
/// <param name="IsZero">Whether all weights are 0.</param>
internal sealed record UnitCopies(WeightedLayer Layer, long Count, double LargestGradient, bool AllAlike, bool IsZero)
{
    // Equal columns of a product may be summed in another order: in float32 they part at 1e-7 of their size.
    private const double Equal = 1e-5;

    /// <param name="layer">A layer of at least two units.</param>
    /// <param name="weight">The gradient of its weight; null for none.</param>
    /// <param name="bias">The gradient of its bias; null for none.</param>
    public static UnitCopies Of(WeightedLayer layer, Tensor? weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        Tensor weights = layer.Rows(layer.Weight.detach()), gradients = weight is null ? zeros_like(weights) : layer.Rows(weight.detach());
        bool alike = weights.eq(weights.narrow(0, 0, 1)).all().ToBoolean();
        bool zero = alike && weights.narrow(0, 0, 1).eq(0).all().ToBoolean();
        if (layer.Bias is { } own)
        {
            weights = cat([weights, own.detach().unsqueeze(1)], 1);
            gradients = cat([gradients, (bias is null ? zeros_like(own.detach()) : bias.detach()).unsqueeze(1)], 1);
        }
        double largest = gradients.to(ScalarType.Float64).square().sum(1).sqrt().max().ToDouble();
        // Copies have one projection: they are neighbours in its order.
        Tensor Projection(Tensor rows, double scale) => rows.to(ScalarType.Float64).matmul(randn(rows.shape[1], dtype: ScalarType.Float64, device: rows.device)) / scale;
        Tensor order = (Projection(weights, 1) + Projection(gradients, largest > 0 ? largest : 1)).argsort(0);
        Tensor Neighbours(Tensor rows, long from) => rows.index_select(0, order).narrow(0, from, layer.Units - 1);
        Tensor sameWeights = Neighbours(weights, 0).eq(Neighbours(weights, 1)).all(1);
        Tensor sameGradients = (Neighbours(gradients, 0) - Neighbours(gradients, 1)).to(ScalarType.Float64).square().sum(1).sqrt().le(Equal * largest);
        return new(layer, sameWeights.logical_and(sameGradients).sum().ToInt64(), largest, alike, zero);
    }
}

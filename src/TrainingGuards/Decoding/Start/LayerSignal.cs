namespace TrainingGuards.Decoding;

/// <summary>What passes through one layer.</summary>
/// <param name="Path">The module's path in the model.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Signal">The standard deviation of what it returns over the examples; null where no dimension counts them.</param>
/// <param name="IsZero">Whether its weights are all 0.</param>
/// <param name="IsNormalised">Whether a normalisation is what runs next.</param>
/// <param name="Gradients">The root mean square of the gradient of each weight; null where it has none.</param>
internal sealed record LayerSignal(string Path, IReadOnlyList<WeightedLayer> Weights, double? Signal, bool IsZero, bool IsNormalised, IReadOnlyList<double?> Gradients);

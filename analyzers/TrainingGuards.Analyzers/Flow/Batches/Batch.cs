namespace TrainingGuards.Analyzers.Flow;

/// <summary>What is known of a tensor as a batch of examples.</summary>
/// <param name="axis">The axis along which the examples lie, null where it is not certain.</param>
/// <param name="evidence">What says so.</param>
/// <param name="loader">The loader that the examples came from, null where it is not known.</param>
/// <param name="features">The length of the last axis, null where it is not known.</param>
/// <param name="example">The sizes of an example where the batch is the first axis, null where nothing is known of them.</param>
internal sealed class Batch(TensorAxis? axis, BatchEvidence evidence, LoaderBatch? loader, long? features = null, ExampleShape? example = null)
{
    /// <summary>Of which nothing is known.</summary>
    public static Batch Unknown { get; } = new(null, default, null);

    public TensorAxis? Axis { get; } = axis;

    public BatchEvidence Evidence { get; } = evidence;

    public LoaderBatch? Loader { get; } = loader;

    public long? Features { get; } = features;

    public ExampleShape? Example { get; } = example;

    public bool IsUnknown => Axis is null && Loader is null;

    /// <summary>Whether the examples lie along a dimension.</summary>
    public bool LiesAlong(long dimension) => Axis?.Compare(dimension) is 0;

    /// <summary>The same examples, along another axis, with something else behind it.</summary>
    public Batch Along(TensorAxis? axis) => new(axis, Evidence, Loader);

    /// <summary>The same examples, with so many features each.</summary>
    public Batch Of(long? features, ExampleShape? example) => new(Axis, Evidence, Loader, example?.Last ?? features, Axis?.Index == 0 ? example : null);

    /// <summary>The same examples, where something more is known of their axis.</summary>
    public Batch Knowing(TensorAxis axis, BatchEvidence evidence) => new(axis, evidence, Loader);

    /// <summary>What is certain where it is this batch or the other.</summary>
    public Batch Or(Batch other) => new(
        Axis is { } one && other.Axis is { } two && one.Index == two.Index
            ? new TensorAxis(one.Index, Math.Min(one.LeastRank, two.LeastRank), one.IsRank && two.IsRank && one.LeastRank == two.LeastRank)
            : null,
        Evidence < other.Evidence ? Evidence : other.Evidence,
        Loader is not null && other.Loader is not null ? Loader : null,
        Features == other.Features ? Features : null);
}

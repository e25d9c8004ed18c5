namespace TorchSharp.Layers;

/// <summary>A size, step or offset in each of three spatial dimensions, innermost last.</summary>
internal readonly record struct Extent(int Depth, int Height, int Width)
{
    public int Volume => Depth * Height * Width;

    /// <summary>The last one, two or three values, with <paramref name="missing"/> in front where there are fewer than three.</summary>
    public static Extent Of(ReadOnlySpan<long> values, int missing) => new(
        values.Length > 2 ? checked((int)values[^3]) : missing,
        values.Length > 1 ? checked((int)values[^2]) : missing,
        checked((int)values[^1]));
}

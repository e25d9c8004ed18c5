namespace TorchSharp.Layers;

/// <summary>
/// How a contiguous tensor falls into groups of common mean and variance. It is seen as rows of equal length; each row belongs to
/// one group whole.
/// </summary>
internal sealed record NormLayout
{
    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required int Groups { get; init; }

    /// <summary>True where row r belongs to group r mod <see cref="Groups"/> (batch norm: a row is a channel of an image), false where groups are neighbouring rows.</summary>
    public required bool Interleaved { get; init; }

    /// <summary>Scale and offset are one for each of so many channels, row r being channel r mod Channels; zero: one for each column (layer norm).</summary>
    public required int Channels { get; init; }

    public int RowsOfGroup => Groups == 0 ? 0 : Rows / Groups;

    /// <summary>Values of one group.</summary>
    public int Count => RowsOfGroup * Columns;

    public int Row(int group, int i) => Interleaved ? (i * Groups) + group : (group * RowsOfGroup) + i;

    public int Group(int row) => Interleaved ? row % Groups : row / RowsOfGroup;

    /// <summary>The tensor's shape in which a group is a line along the dimensions 0 and 2, so that statistics are means over these.</summary>
    public long[] GroupShape => Interleaved ? [RowsOfGroup, Groups, Columns] : [1, Groups, Count];

    public static NormLayout Batch(long[] shape)
    {
        int images = checked((int)shape[0]), channels = checked((int)shape[1]), columns = Product(shape.AsSpan(2));
        return new() { Rows = images * channels, Columns = columns, Groups = channels, Interleaved = true, Channels = channels };
    }

    /// <summary>Groups of neighbouring channels of each image; as many groups as channels is instance norm.</summary>
    public static NormLayout Group(long[] shape, long groups)
    {
        int images = checked((int)shape[0]), channels = checked((int)shape[1]), columns = Product(shape.AsSpan(2));
        return new() { Rows = images * channels, Columns = columns, Groups = checked(images * (int)groups), Interleaved = false, Channels = channels };
    }

    /// <summary>Each row of the last dimensions is its own group.</summary>
    public static NormLayout Layer(long[] shape, int dimensions)
    {
        int rows = Product(shape.AsSpan(0, shape.Length - dimensions)), columns = Product(shape.AsSpan(shape.Length - dimensions));
        return new() { Rows = rows, Columns = columns, Groups = rows, Interleaved = false, Channels = 0 };
    }

    static int Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes) product *= size;
        return checked((int)product);
    }
}

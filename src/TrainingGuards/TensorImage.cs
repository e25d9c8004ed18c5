namespace TrainingGuards;

/// <summary>One picture of an <see cref="ImageSheet"/>, at most 64 by 64 pixels.</summary>
public sealed record TensorImage
{
    /// <summary>The most pixels down and across.</summary>
    public const int Largest = 64;

    /// <summary>A picture of levels.</summary>
    /// <param name="caption">What it is of: <c>example 3</c>.</param>
    /// <param name="width">Pixels across, 1 to 64.</param>
    /// <param name="height">Pixels down, 1 to 64.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <param name="levels">Row after row, the channels of a pixel side by side: 0 is the sheet's <see cref="ImageSheet.Low"/>, 255 its <see cref="ImageSheet.High"/>.</param>
    /// <exception cref="ArgumentException">The sizes are out of range, or there is another number of levels.</exception>
    public TensorImage(string caption, int width, int height, int channels, IReadOnlyList<byte> levels)
    {
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentNullException.ThrowIfNull(levels);
        if (width is < 1 or > Largest || height is < 1 or > Largest || channels is not (1 or 3))
            throw new ArgumentException($"A picture is given {width} × {height} pixels of {channels} channels; expected 1 to {Largest} pixels each way, and 1 or 3 channels. ImageSheet.Of averages a tensor down to that.", nameof(width));
        if (levels.Count != width * height * channels)
            throw new ArgumentException($"A picture of {width} × {height} pixels of {channels} channels is given {levels.Count} levels; expected {width * height * channels}, row after row.", nameof(levels));
        (Caption, Width, Height, Channels, Levels) = (caption, width, height, channels, levels);
    }

    /// <summary>What it is of.</summary>
    public string Caption { get; }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>Row after row, the channels of a pixel side by side: 0 is the sheet's lowest value, 255 its highest.</summary>
    public IReadOnlyList<byte> Levels { get; }

    /// <summary>The lowest number in it, before it was averaged down; NaN where none is finite.</summary>
    public double Least { get; init; } = double.NaN;

    /// <summary>The highest number in it, before it was averaged down; NaN where none is finite.</summary>
    public double Greatest { get; init; } = double.NaN;

    /// <summary>How many of its numbers are NaN or infinite; they are drawn as 0 is.</summary>
    public long NotFinite { get; init; }
}

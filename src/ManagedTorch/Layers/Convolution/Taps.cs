using System.Numerics;
using System.Runtime.InteropServices;

namespace TorchSharp.Layers;

/// <summary>
/// The matrix of taps of an image, [channels · kernel, output positions]: column p holds what the kernel sees at position p.
/// A convolution is the weight times this matrix.
/// </summary>
internal static class Taps
{
    /// <summary>Fills <paramref name="taps"/> from one group's channels of one image.</summary>
    /// <param name="padded">Room for the image with its margins, where it has some.</param>
    public static void Gather<T>(ConvolutionGeometry g, ReadOnlySpan<T> image, Span<T> padded, Span<T> taps)
        where T : unmanaged, INumber<T>
    {
        if (g.Padding != default)
        {
            padded = padded[..g.PaddedPixels];
            padded.Clear();
            for (int line = 0; line < g.GroupInputs * g.Input.Depth * g.Input.Height; line++)
                image.Slice(line * g.Input.Width, g.Input.Width).CopyTo(padded[PaddedLine(g, line)..]);
            image = padded;
        }
        int stride = g.Stride.Width, width = g.Output.Width, place = 0;
        for (int row = 0; row < g.Taps; row++)
        {
            int corner = Corner(g, row);
            for (int depth = 0; depth < g.Output.Depth; depth++)
            {
                int at = corner + (depth * g.Stride.Depth * g.Padded.Height * g.Padded.Width);
                for (int height = 0; height < g.Output.Height; height++, place += width, at += g.Stride.Height * g.Padded.Width)
                {
                    ReadOnlySpan<T> source = image[at..];
                    Span<T> target = taps.Slice(place, width);
                    if (stride == 1) source[..width].CopyTo(target);
                    else
                    {
                        for (int w = 0; w < target.Length; w++) target[w] = source[w * stride];
                    }
                }
            }
        }
    }

    /// <summary>The transpose of <see cref="Gather"/>: the sum of the taps at each image value that they were read from.</summary>
    public static void Scatter<T>(ConvolutionGeometry g, ReadOnlySpan<T> taps, Span<T> padded, Span<T> image)
        where T : unmanaged, INumber<T>
    {
        Span<T> sums = g.Padding == default ? image : padded[..g.PaddedPixels];
        sums.Clear();
        int stride = g.Stride.Width, width = g.Output.Width, place = 0;
        for (int row = 0; row < g.Taps; row++)
        {
            int corner = Corner(g, row);
            for (int depth = 0; depth < g.Output.Depth; depth++)
            {
                int at = corner + (depth * g.Stride.Depth * g.Padded.Height * g.Padded.Width);
                for (int height = 0; height < g.Output.Height; height++, place += width, at += g.Stride.Height * g.Padded.Width)
                {
                    Span<T> target = sums[at..];
                    ReadOnlySpan<T> source = taps.Slice(place, width);
                    if (stride == 1) Add(source, target);
                    else
                    {
                        for (int w = 0; w < source.Length; w++) target[w * stride] += source[w];
                    }
                }
            }
        }
        if (g.Padding == default) return;
        for (int line = 0; line < g.GroupInputs * g.Input.Depth * g.Input.Height; line++)
            sums.Slice(PaddedLine(g, line), g.Input.Width).CopyTo(image[(line * g.Input.Width)..]);
    }

    /// <summary>Where a line of the image, counted over channels and depth, begins within the padded image.</summary>
    static int PaddedLine(ConvolutionGeometry g, int line)
    {
        int height = line % g.Input.Height, depth = line / g.Input.Height % g.Input.Depth, channel = line / (g.Input.Height * g.Input.Depth);
        return (((((channel * g.Padded.Depth) + depth + g.Padding.Depth) * g.Padded.Height) + height + g.Padding.Height) * g.Padded.Width) + g.Padding.Width;
    }

    /// <summary>Where a row of the matrix finds the tap of the first output position within the padded image.</summary>
    static int Corner(ConvolutionGeometry g, int row)
    {
        int w = row % g.Kernel.Width, h = row / g.Kernel.Width % g.Kernel.Height;
        int d = row / (g.Kernel.Width * g.Kernel.Height) % g.Kernel.Depth, channel = row / g.Kernel.Volume;
        return (((((channel * g.Padded.Depth) + (d * g.Dilation.Depth)) * g.Padded.Height) + (h * g.Dilation.Height)) * g.Padded.Width) + (w * g.Dilation.Width);
    }

    // Lines are a few vectors long: a call to a primitive would take longer than the sum.
    static void Add<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        ref T from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(target[..source.Length]);
        int i = 0;
        for (; i + Vector<T>.Count <= source.Length; i += Vector<T>.Count)
            (Vector.LoadUnsafe(ref to, (nuint)i) + Vector.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        for (; i < source.Length; i++) target[i] += source[i];
    }
}

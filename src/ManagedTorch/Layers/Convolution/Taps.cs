using System.Numerics;

namespace TorchSharp.Layers;

/// <summary>
/// The matrix of taps of an image, [channels · kernel, output positions]: column p holds what the kernel sees at position p.
/// A convolution is the weight times this matrix.
/// </summary>
internal static class Taps
{
    /// <summary>Fills <paramref name="taps"/> from one group's channels of one image.</summary>
    public static void Gather<T>(ConvolutionGeometry geometry, ReadOnlySpan<T> image, Span<T> taps)
        where T : unmanaged, INumber<T>
    {
        var (output, input) = (geometry.Output, geometry.Input);
        int row = 0;
        for (int channel = 0; channel < geometry.GroupInputs; channel++)
        {
            ReadOnlySpan<T> plane = image.Slice(channel * input.Volume, input.Volume);
            for (int tap = 0; tap < geometry.Kernel.Volume; tap++, row++)
            {
                Span<T> line = taps.Slice(row * output.Volume, output.Volume);
                Offset offset = new(geometry, tap);
                for (int depth = 0; depth < output.Depth; depth++)
                {
                    for (int height = 0; height < output.Height; height++, line = line[output.Width..])
                    {
                        Span<T> target = line[..output.Width];
                        int start = offset.Line(depth, height);
                        if (start < 0)
                        {
                            target.Clear();
                            continue;
                        }
                        ReadOnlySpan<T> source = plane.Slice(start, input.Width);
                        target[..offset.First].Clear();
                        target[offset.End..].Clear();
                        if (geometry.Stride.Width == 1)
                        {
                            source.Slice(offset.First + offset.Width, offset.End - offset.First).CopyTo(target[offset.First..]);
                            continue;
                        }
                        for (int w = offset.First; w < offset.End; w++)
                            target[w] = source[(w * geometry.Stride.Width) + offset.Width];
                    }
                }
            }
        }
    }

    /// <summary>The transpose of <see cref="Gather"/>: adds each tap to the image value that it was read from.</summary>
    public static void Scatter<T>(ConvolutionGeometry geometry, ReadOnlySpan<T> taps, Span<T> image)
        where T : unmanaged, INumber<T>
    {
        var (output, input) = (geometry.Output, geometry.Input);
        int row = 0;
        for (int channel = 0; channel < geometry.GroupInputs; channel++)
        {
            Span<T> plane = image.Slice(channel * input.Volume, input.Volume);
            for (int tap = 0; tap < geometry.Kernel.Volume; tap++, row++)
            {
                ReadOnlySpan<T> line = taps.Slice(row * output.Volume, output.Volume);
                Offset offset = new(geometry, tap);
                for (int depth = 0; depth < output.Depth; depth++)
                {
                    for (int height = 0; height < output.Height; height++, line = line[output.Width..])
                    {
                        int start = offset.Line(depth, height);
                        if (start < 0) continue;
                        Span<T> target = plane.Slice(start, input.Width);
                        if (geometry.Stride.Width == 1)
                        {
                            Span<T> sum = target.Slice(offset.First + offset.Width, offset.End - offset.First);
                            TensorPrimitives.Add(sum, line[offset.First..offset.End], sum);
                            continue;
                        }
                        for (int w = offset.First; w < offset.End; w++)
                            target[(w * geometry.Stride.Width) + offset.Width] += line[w];
                    }
                }
            }
        }
    }

    /// <summary>Where one point of the kernel reads, relative to the output position.</summary>
    readonly struct Offset
    {
        readonly ConvolutionGeometry geometry;
        readonly int depth, height;

        public Offset(ConvolutionGeometry geometry, int tap)
        {
            this.geometry = geometry;
            Extent kernel = geometry.Kernel;
            Width = (tap % kernel.Width * geometry.Dilation.Width) - geometry.Padding.Width;
            height = (tap / kernel.Width % kernel.Height * geometry.Dilation.Height) - geometry.Padding.Height;
            depth = (tap / kernel.Width / kernel.Height * geometry.Dilation.Depth) - geometry.Padding.Depth;
            int stride = geometry.Stride.Width;
            First = Math.Clamp((-Width + stride - 1) / stride, 0, geometry.Output.Width);
            End = Math.Clamp((geometry.Input.Width - Width + stride - 1) / stride, First, geometry.Output.Width);
        }

        public int Width { get; }

        /// <summary>The first output column whose tap lies within the image.</summary>
        public int First { get; }

        /// <summary>One past the last such column.</summary>
        public int End { get; }

        /// <summary>Where the image row begins that an output row reads, or −1 where all of it lies in the padding.</summary>
        public int Line(int outputDepth, int outputHeight)
        {
            int d = (outputDepth * geometry.Stride.Depth) + depth, h = (outputHeight * geometry.Stride.Height) + height;
            return First < End && (uint)d < (uint)geometry.Input.Depth && (uint)h < (uint)geometry.Input.Height
                ? ((d * geometry.Input.Height) + h) * geometry.Input.Width
                : -1;
        }
    }
}

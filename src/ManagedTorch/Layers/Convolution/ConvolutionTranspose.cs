using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public abstract class ConvolutionTranspose : Convolution
{
    protected ConvolutionTranspose(
        string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type,
        long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode,
        Device? device = null, ScalarType? dtype = null)
        : base(name, in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, transposed, output_padding, groups,
            bias, padding_mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input) => forward(input, null);

    public abstract Tensor forward(Tensor input, long[]? output_size);

    protected long[] _output_padding(
        Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation, long num_spatial_dims)
    {
        if (output_size is null) return output_padding;
        int leading = input.dim() == num_spatial_dims + 2 ? 2 : 1;
        if (output_size.Length == leading + num_spatial_dims) output_size = output_size[leading..];
        if (output_size.Length != num_spatial_dims)
        {
            throw new ArgumentException($"For {input.dim()}D input, output_size must have {num_spatial_dims} or {leading + num_spatial_dims} " +
                $"values, but has {output_size.Length}.", nameof(output_size));
        }
        var extra = new long[num_spatial_dims];
        for (int d = 0; d < num_spatial_dims; d++)
        {
            long smallest = ((input.shape[leading + d] - 1) * stride[d]) - (2 * padding[d]) + (dilation[d] * (kernel_size[d] - 1)) + 1;
            long largest = smallest + stride[d] - 1;
            extra[d] = output_size[d] - smallest;
            if (output_size[d] < smallest || output_size[d] > largest)
                throw new ArgumentException($"Requested output size {output_size[d]} in dimension {d}, but it can be {smallest} to {largest}.", nameof(output_size));
        }
        return extra;
    }

    private protected Tensor ConvolveTransposed(int dimensions, Tensor input, long[]? output_size)
    {
        if (!ValidateShape(input, dimensions))
        {
            throw new ArgumentException($"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input " +
                $"with {in_channels} channels to ConvTranspose{dimensions}d, but got [{string.Join(", ", input.shape)}].", nameof(input));
        }
        long[] extra = _output_padding(input, output_size, kernel_size, stride, padding!, dilation, dimensions);
        return Convolutions.ConvolveTransposed(dimensions, input, weight, bias, stride, padding, extra, dilation, groups);
    }
}

using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    protected long[] _reversed_padding_repeated_twice = [];

    protected Convolution(
        string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type,
        long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode,
        Device? device = null, ScalarType? dtype = null)
        : base(name)
    {
        if (transposed && padding_mode != PaddingModes.Zeros)
            throw new ArgumentException($"{name} pads with zeros only, not {padding_mode}.", nameof(padding_mode));
        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.dilation = dilation;
        this.transposed = transposed;
        this.output_padding = output_padding;
        this.groups = groups;
        this.padding_mode = padding_mode;
        if (padding_type is { } type) SetPadding(type);
        else SetPadding(padding ?? new long[kernel_size.Length]);

        long[] channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
        weight = nn.Parameter(empty([.. channels, .. kernel_size], device: device, dtype: dtype));
        if (bias) this.bias = nn.Parameter(empty(out_channels, device: device, dtype: dtype));
        RememberDevice(weight.device);
        reset_parameters();
    }

    public long in_channels { get; }

    public long out_channels { get; }

    public bool transposed { get; }

    public Padding? padding_type { get; private set; }

    public long[]? padding { get; private set; }

    public PaddingModes padding_mode { get; set; }

    public long groups { get; set; }

    public long[] kernel_size { get; set; }

    public long[] stride { get; set; }

    public long[] dilation { get; set; }

    public long[] output_padding { get; set; }

    public Parameter? bias { get => HeldParameter(); set => Hold(value); }

    public Parameter weight { get => HeldParameter()!; set => Hold(value); }

    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (bias is null) return;
        var (inputs, _) = nn.init.CalculateFanInAndFanOut(weight);
        if (inputs == 0) return;
        double bound = 1 / Math.Sqrt(inputs);
        nn.init.uniform_(bias, -bound, bound);
    }

    public void SetPadding(long[] padding)
    {
        padding_type = null;
        this.padding = padding;
        _reversed_padding_repeated_twice = [.. Enumerable.Reverse(padding).SelectMany(size => new[] { size, size })];
    }

    public void SetPadding(Padding padding)
    {
        if (transposed) throw new ArgumentException("A transposed convolution takes its padding in numbers.", nameof(padding));
        if (padding == Padding.Same && stride.Any(s => s != 1))
            throw new ArgumentException("padding 'same' needs a stride of 1", nameof(padding));
        padding_type = padding;
        this.padding = null;
        _reversed_padding_repeated_twice = new long[2 * kernel_size.Length];
        if (padding != Padding.Same) return;
        for (int d = 0; d < kernel_size.Length; d++)
        {
            long reach = dilation[d] * (kernel_size[d] - 1);
            int place = 2 * (kernel_size.Length - 1 - d);
            _reversed_padding_repeated_twice[place] = reach / 2;
            _reversed_padding_repeated_twice[place + 1] = reach - (reach / 2);
        }
    }

    protected bool ValidateShape(Tensor input, long dimensions)
    {
        long[] shape = input.shape;
        return (shape.Length == dimensions + 2 && shape[1] == in_channels) || (shape.Length == dimensions + 1 && shape[0] == in_channels);
    }

    private protected Tensor Convolve(int dimensions, Tensor input)
    {
        if (!ValidateShape(input, dimensions))
        {
            throw new ArgumentException($"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input " +
                $"with {in_channels} channels to Conv{dimensions}d, but got [{string.Join(", ", input.shape)}].", nameof(input));
        }
        if (padding_mode != PaddingModes.Zeros)
        {
            return Op.Composed(() => Convolutions.Convolve(dimensions, nn.functional.pad(input, _reversed_padding_repeated_twice, padding_mode),
                weight, bias, stride, (long[]?)null, dilation, groups));
        }
        return padding_type is { } type
            ? Convolutions.Convolve(dimensions, input, weight, bias, stride, type, dilation, groups)
            : Convolutions.Convolve(dimensions, input, weight, bias, stride, padding, dilation, groups);
    }
}

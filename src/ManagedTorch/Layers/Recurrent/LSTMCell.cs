using System.Diagnostics.CodeAnalysis;
using TorchSharp.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class LSTMCell : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>
{
    private readonly RecurrentCell cell;
    private readonly long hiddenSize;

    [ComponentName(Name = nameof(weight_ih))]
    private Parameter? _weight_ih;

    [ComponentName(Name = nameof(weight_hh))]
    private Parameter? _weight_hh;

    [ComponentName(Name = nameof(bias_ih))]
    private Parameter? _bias_ih;

    [ComponentName(Name = nameof(bias_hh))]
    private Parameter? _bias_hh;

    internal LSTMCell(RecurrentCell cell, long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(LSTMCell))
    {
        this.cell = cell;
        this.hiddenSize = hiddenSize;
        double bound = hiddenSize > 0 ? 1 / Math.Sqrt(hiddenSize) : 0;
        weight_ih = Uniform(cell.Gates * hiddenSize, inputSize);
        weight_hh = Uniform(cell.Gates * hiddenSize, hiddenSize);
        RememberDevice(weight_ih.device);
        if (!bias) return;
        bias_ih = Uniform(cell.Gates * hiddenSize);
        bias_hh = Uniform(cell.Gates * hiddenSize);

        Parameter Uniform(params long[] shape)
        {
            var parameter = nn.Parameter(empty(shape, dtype: dtype, device: device));
            nn.init.uniform_(parameter, -bound, bound);
            return parameter;
        }
    }

    [DisallowNull]
    public Parameter? weight_ih
    {
        get => _weight_ih;
        set => ConditionallyRegisterParameter(nameof(weight_ih), Component.Replace(ref _weight_ih, value));
    }

    [DisallowNull]
    public Parameter? weight_hh
    {
        get => _weight_hh;
        set => ConditionallyRegisterParameter(nameof(weight_hh), Component.Replace(ref _weight_hh, value));
    }

    [DisallowNull]
    public Parameter? bias_ih
    {
        get => _bias_ih;
        set => ConditionallyRegisterParameter(nameof(bias_ih), Component.Replace(ref _bias_ih, value));
    }

    [DisallowNull]
    public Parameter? bias_hh
    {
        get => _bias_hh;
        set => ConditionallyRegisterParameter(nameof(bias_hh), Component.Replace(ref _bias_hh, value));
    }

    public override (Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null) => Op.Composed(() =>
    {
        Tensor[] next = Step(input, [h0_c0?.Item1 ?? Zeros(input), h0_c0?.Item2 ?? Zeros(input)]);
        return (next[0], next[1]);
    });

    public new (Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    private Tensor Zeros(Tensor input) => zeros([.. input.shape[..^1], hiddenSize], dtype: input.dtype, device: input.device);

    private Tensor[] Step(Tensor input, Tensor[] state) => cell.Next(
        nn.functional.linear(input, weight_ih!, bias_ih), nn.functional.linear(state[0], weight_hh!, bias_hh), state);
}

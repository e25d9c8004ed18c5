using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class ChannelShuffle : ParameterLessModule<Tensor, Tensor>
{
    internal ChannelShuffle(long groups)
        : base(nameof(ChannelShuffle)) => this.groups = groups;

    public long groups { get; set; }

    public override Tensor forward(Tensor input)
    {
        long[] shape = input.shape;
        if (shape.Length < 3 || shape[1] % groups != 0)
            throw new ExternalException($"The channels of [{string.Join(", ", shape)}], dimension 1, do not divide into {groups} groups.");
        return Op.Composed(() => input.reshape(shape[0], groups, shape[1] / groups, -1).transpose(1, 2).reshape(shape));
    }
}

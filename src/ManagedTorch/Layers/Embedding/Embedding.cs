using System.Diagnostics.CodeAnalysis;
using TorchSharp.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly EmbeddingOptions options;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal Embedding(Tensor weight, bool freeze, EmbeddingOptions options)
        : base(nameof(Embedding))
    {
        this.options = options;
        this.weight = nn.Parameter(weight, requires_grad: !freeze);
        RememberDevice(this.weight.device);
    }

    [DisallowNull]
    public Parameter? weight
    {
        get => _weight;
        set => ConditionallyRegisterParameter(nameof(weight), Component.Replace(ref _weight, value));
    }

    public override Tensor forward(Tensor input) => EmbeddingTable.LookUp(weight!, input, options);
}

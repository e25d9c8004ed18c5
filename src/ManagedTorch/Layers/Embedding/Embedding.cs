using System.Diagnostics.CodeAnalysis;
using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly EmbeddingOptions options;

    internal Embedding(Tensor weight, bool freeze, EmbeddingOptions options)
        : base(nameof(Embedding))
    {
        this.options = options;
        this.weight = nn.Parameter(weight, requires_grad: !freeze);
        RememberDevice(this.weight.device);
    }

    [DisallowNull]
    public Parameter? weight { get => HeldParameter(); set => Hold(value); }

    public override Tensor forward(Tensor input) => EmbeddingTable.LookUp(weight!, input, options);
}

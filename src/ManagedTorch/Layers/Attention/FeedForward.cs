using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A transformer layer's two linear maps with an activation between them. Its parts are registered with the layer itself.</summary>
internal sealed class FeedForward(TransformerSize size)
{
    private readonly Linear first = nn.Linear(size.Model, size.Inner);
    private readonly Linear second = nn.Linear(size.Inner, size.Model);
    private readonly Dropout inner = nn.Dropout(size.Dropout);
    private readonly Dropout outer = nn.Dropout(size.Dropout);

    public void Register(Action<string, nn.Module> register, string outerName)
    {
        register("linear1", first);
        register("dropout", inner);
        register("linear2", second);
        register(outerName, outer);
    }

    public Tensor Run(Tensor x)
    {
        Tensor hidden = first.forward(x);
        hidden = size.Activation == nn.Activations.GELU ? hidden.gelu() : hidden.relu();
        return outer.forward(second.forward(inner.forward(hidden)));
    }
}

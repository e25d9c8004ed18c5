using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

/// <summary>Multiplies by one learned number.</summary>
internal sealed class Scale : nn.Module<Tensor, Tensor>
{
    public readonly Parameter factor;

    public Scale(double initial = 1) : base("Scale")
    {
        factor = nn.Parameter(full([1], initial));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input * factor;
}

/// <summary>Has a parameter in a field, and leaves the registration to its parent.</summary>
internal sealed class Unregistered : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight = nn.Parameter(ones(2));

    public Unregistered() : base("Unregistered") { }

    public override Tensor forward(Tensor input) => input * weight;
}

/// <summary>Calls what it is given; registers what it holds.</summary>
internal sealed class Holder<T> : nn.Module<Tensor, Tensor>
{
    private readonly T held;

    public Holder(T held) : base("Holder")
    {
        this.held = held;
        RegisterComponents();
    }

    public T Held => held;

    public override Tensor forward(Tensor input) => held is nn.Module<Tensor, Tensor> module ? module.call(input) : input.alias();
}

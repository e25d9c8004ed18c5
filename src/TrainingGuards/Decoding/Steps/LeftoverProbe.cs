using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Random numbers, as large as they, in place of the gradients that one step leaves to the next: what comes of them shows whether the next step zeroes them.</summary>
internal sealed class LeftoverProbe : IDisposable
{
    private readonly Dictionary<Parameter, Tensor> _numbers = new(ReferenceEqualityComparer.Instance);

    /// <param name="parameters">The parameters after a step: those whose gradient is null or zeros were left nothing, and are given nothing.</param>
    public LeftoverProbe(IEnumerable<Parameter> parameters)
    {
        foreach (Parameter parameter in parameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { IsInvalid: false, is_sparse: false } left || !left.ne(0).any().ToBoolean()) continue;
            _numbers[parameter] = (randn_like(left) * left.square().mean().sqrt()).DetachFromDisposeScope();
        }
    }

    /// <summary>Whether a parameter was left a gradient.</summary>
    public bool Has(Parameter parameter) => _numbers.ContainsKey(parameter);

    /// <summary>What it was given.</summary>
    public Tensor this[Parameter parameter] => _numbers[parameter];

    /// <summary>Writes other random numbers of the same sizes.</summary>
    public void Draw()
    {
        foreach (Tensor numbers in _numbers.Values)
        {
            using var scope = NewDisposeScope();
            numbers.copy_(randn_like(numbers) * numbers.square().mean().sqrt());
        }
    }

    /// <summary>Writes the numbers into the gradients.</summary>
    public void Write()
    {
        using var grad = no_grad();
        foreach ((Parameter parameter, Tensor numbers) in _numbers)
        {
            if (parameter.grad is { IsInvalid: false } left) left.copy_(numbers);
            else parameter.grad = numbers.clone().DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (Tensor numbers in _numbers.Values) numbers.Dispose();
    }
}

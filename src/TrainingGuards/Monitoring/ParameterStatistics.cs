using TorchSharp.Modules;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>Reads weights, gradients and what one step changed, all parameters in one copy to the host.</summary>
internal sealed class ParameterStatistics(nn.Module model) : IDisposable
{
    // Per parameter: weight rms, weight std, gradient rms, update std, largest weight, weight finite, gradient finite.
    private const int Numbers = 7;

    private readonly Dictionary<Parameter, Tensor> _before = new(ReferenceEqualityComparer.Instance);

    /// <summary>Keeps the weights as they are: the next <see cref="Read"/> sees what changed since.</summary>
    public void Keep()
    {
        Forget();
        foreach ((_, Parameter parameter) in Trainable()) _before[parameter] = TensorBits.Copy(parameter);
    }

    /// <summary>Each trainable parameter as it is now.</summary>
    public IReadOnlyList<ParameterSample> Read()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        (string Name, Parameter Parameter)[] parameters = [.. Trainable()];
        if (parameters.Length == 0) return [];
        using Tensor all = stack([.. parameters.Select(part => Of(part.Parameter))]);
        double[] numbers = HostNumbers.Of(all);
        Forget();
        return [.. parameters.Select((part, i) => Sample(part.Name, part.Parameter, numbers.AsSpan(i * Numbers, Numbers)))];
    }

    public void Dispose() => Forget();

    private static ParameterSample Sample(string name, Parameter parameter, ReadOnlySpan<double> numbers) =>
        new(name, (int)parameter.dim(), parameter.numel(), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) { WeightIsFinite = numbers[5] > 0, GradientIsFinite = numbers[6] > 0 };

    private Tensor Of(Parameter parameter)
    {
        Tensor weight = Flat(parameter), nothing = full([], float.NaN, device: weight.device);
        Tensor? gradient = parameter.grad is { IsInvalid: false } own ? Flat(own.is_sparse ? zeros(own.shape, device: own.device).add(own) : own) : null;
        Tensor update = _before.TryGetValue(parameter, out Tensor? before) ? Std(weight - Flat(before)) : nothing;
        return stack([Rms(weight), weight.numel() > 1 ? Std(weight) : nothing, gradient is null ? nothing : Rms(gradient), update, weight.abs().max(), Finite(weight), Finite(gradient ?? weight.new_zeros(1))]);
    }

    private static Tensor Flat(Tensor tensor) => tensor.detach().to(ScalarType.Float32).flatten();

    // Squares of what is near 1e-20 or 1e20 leave float32 where the numbers do not.
    private static Tensor Rms(Tensor values)
    {
        Tensor largest = values.abs().max(), scale = largest.clamp_min(float.Epsilon * 1e10);
        return (values / scale).square().mean().sqrt() * scale;
    }

    private static Tensor Finite(Tensor values) => values.isfinite().all().to(ScalarType.Float32);

    private static Tensor Std(Tensor values) => (values - values.mean()).square().mean().sqrt();

    private IEnumerable<(string Name, Parameter Parameter)> Trainable() => model.named_parameters()
        .Where(part => part.parameter.requires_grad && part.parameter.numel() > 0)
        .DistinctBy(part => part.parameter, ReferenceEqualityComparer.Instance)
        .Select(part => (part.name, part.parameter));

    private void Forget()
    {
        foreach (Tensor copy in _before.Values) copy.Dispose();
        _before.Clear();
    }
}

using System.Diagnostics;
using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>Reads what modules, and activation functions of what one returns, take and return while it is attached; its numbers stay on the device until they are asked for, in one copy.</summary>
internal sealed class LayerStatistics : IDisposable
{
    // Per module: mean, std, share of inputs beyond ±5, share of zeros, inputs finite, outputs finite.
    private const int Numbers = 6;

    private readonly List<(string Path, string Kind)> _modules = [];
    private readonly List<Tensor> _numbers = [];
    private readonly Stack<Tensor[]> _open = new();
    private readonly Dictionary<nn.Module, AppliedActivation> _applied = new(ReferenceEqualityComparer.Instance);
    private readonly ModuleHooks _hooks;

    public LayerStatistics(nn.Module model)
    {
        foreach (AppliedActivation one in AppliedActivations.In(model)) _applied[one.Module] = one;
        _hooks = new(model, (path, module, inputs) => Timed(() => Entered(inputs)), (path, module, outputs) => Timed(() => Left(path, module, outputs)));
    }

    /// <summary>The time that reading has taken within the forward pass.</summary>
    public double Seconds { get; private set; }

    /// <summary>What was read, in the order in which modules were left.</summary>
    public IReadOnlyList<ActivationSample> Read()
    {
        if (_numbers.Count == 0) return [];
        using Tensor all = stack([.. _numbers]);
        double[] numbers = HostNumbers.Of(all);
        return [.. _modules.Select((module, i) => Sample(module.Path, module.Kind, numbers.AsSpan(i * Numbers, Numbers)))];
    }

    public void Dispose()
    {
        _hooks.Dispose();
        while (_open.TryPop(out Tensor[]? inputs)) Array.ForEach(inputs, input => input.Dispose());
        foreach (Tensor numbers in _numbers) numbers.Dispose();
    }

    private static ActivationSample Sample(string path, string kind, ReadOnlySpan<double> numbers) =>
        new(path, kind, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4] > 0, numbers[5] > 0);

    private void Entered(Tensors inputs)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor[] floats = [.. inputs.Where(input => input.is_floating_point() && input.numel() > 0).Select(input => input.detach().to(ScalarType.Float32).flatten())];
        // In-place layers overwrite what they take, so it is read on the way in.
        Tensor beyond = floats.Length == 0 ? tensor(0f) : Beyond(floats[0]);
        Tensor finite = floats.Length == 0 ? tensor(1f) : floats.Select(Finite).Aggregate((a, b) => a * b);
        _open.Push([beyond.DetachFromDisposeScope(), finite.DetachFromDisposeScope()]);
    }

    private void Left(string path, nn.Module module, Tensors outputs)
    {
        if (!_open.TryPop(out Tensor[]? entered)) return;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        scope.Attach(entered);
        if (outputs.FirstOrDefault(output => output.is_floating_point() && output.numel() > 0) is not { } first) return;
        Add(path, module.GetType().Name, first, entered[0], entered[1]);
        if (!_applied.TryGetValue(module, out AppliedActivation? applied)) return;
        Tensor taken = applied.Taken(first.detach());
        Add(applied.Name, applied.Kind, ActivationKind.Apply(applied.Kind, taken), Beyond(taken), Finite(taken));
    }

    private void Add(string path, string kind, Tensor output, Tensor beyond, Tensor finite)
    {
        Tensor values = output.detach().to(ScalarType.Float32).flatten(), mean = values.mean();
        Tensor std = (values - mean).square().mean().sqrt();
        Tensor numbers = stack([mean, std, beyond.to(values.device), values.eq(0).to(ScalarType.Float32).mean(), finite.to(values.device), Finite(values)]);
        _modules.Add((path, kind));
        _numbers.Add(numbers.DetachFromDisposeScope());
    }

    private void Timed(Action read)
    {
        long start = Stopwatch.GetTimestamp();
        read();
        Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Tensor Beyond(Tensor values) => values.abs().gt(5).to(ScalarType.Float32).mean();

    private static Tensor Finite(Tensor values) => values.isfinite().all().to(ScalarType.Float32);
}

using TorchSharp;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>⟨v, m(x, θ)⟩ of a module m in float64 as a function of its inputs and parameters, v ~ N(0, 1) being fixed, with its gradient.</summary>
/// <remarks>Inputs are moved in proportion to each number of theirs: what is 0 stays 0 and what is positive stays so, since ReLU has a kink there and a logarithm an end.</remarks>
internal sealed class ModuleSlopes : IDisposable
{
    private const double Beside = 0.01, Step = 1e-5, Agreement = 1e-5;

    private readonly Trial _trial;
    private readonly nn.Module _module;
    private readonly Tensors _inputs;
    private readonly Tensor?[] _changes;
    private readonly double _tolerance, _noise, _value;
    private readonly TensorPoint _point;
    private readonly List<Tensor> _cotangents = [];
    private readonly Tensor[] _gradient;
    private readonly double[] _spreads;

    /// <param name="trial">The trial.</param>
    /// <param name="module">The module, which is converted to float64.</param>
    /// <param name="inputs">What it was given.</param>
    /// <param name="tolerance">The error up to which derivative and gradient are the same.</param>
    public ModuleSlopes(Trial trial, nn.Module module, Tensors inputs, double tolerance)
    {
        (_trial, _module, _tolerance) = (trial, module, tolerance);
        module.to(ScalarType.Float64);
        _inputs = inputs.Select(input => (input.is_floating_point() ? input.to(ScalarType.Float64) : input.clone()).DetachFromDisposeScope());
        _changes = [.. _inputs.AsEnumerable().Select(input => input.is_floating_point() ? zeros_like(input).requires_grad_().DetachFromDisposeScope() : null)];
        manual_seed(trial.Setup.Seed);
        _point = new(
            [
                .. _changes.Select((change, k) => (Name: _inputs.NameOf(k, "input"), change)).Where(one => one.change is not null && one.change.numel() > 0).Select(one => (one.Name, one.change!)),
                .. module.named_parameters().Where(part => part.parameter.requires_grad && part.parameter.numel() > 0).DistinctBy(part => part.parameter, ReferenceEqualityComparer.Instance).Select(part => (part.name, (Tensor)part.parameter)),
            ],
            Beside);
        try
        {
            using (trial.Scope())
            {
                Tensor value = Value();
                _value = value.ToDouble();
                _gradient = [.. trial.Gradients(value, _point.Live, ones_like(value)).Zip(_point.Live, (gradient, live) => (gradient?.detach() ?? zeros_like(live)).DetachFromDisposeScope())];
            }
            _point.LeaveUnreached(module, _gradient);
            double again = At(0, new Tensor?[_gradient.Length]);
            Repeats = Math.Abs(again - _value) <= 1e-9 * (1 + Math.Abs(_value));
            _noise = (1e-14 * (1 + Math.Abs(_value))) + Math.Abs(again - _value);
            _spreads = [.. _gradient.Zip(_point.Sizes, (gradient, size) => size * Math.Sqrt(TensorPoint.Dot([gradient], [gradient])))];
        }
        catch
        {
            _gradient = [];
            _spreads = [];
            Dispose();
            throw;
        }
    }

    /// <summary>Inputs and parameters, by name.</summary>
    public IReadOnlyList<string> Names => _point.Names;

    /// <summary>Whether what it returns is float64, or it computes in another type inside.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>Whether it gives the same numbers from one seed.</summary>
    public bool Repeats { get; }

    /// <summary>The root mean square of ⟨gradient, direction⟩ over random directions.</summary>
    public double Spread => Math.Sqrt(_spreads.Sum(one => one * one));

    /// <summary>Whether an input or a parameter has a gradient.</summary>
    public bool HasGradient(int part) => _spreads[part] > 0;

    /// <summary>Along a random direction in all inputs and parameters, or in one of them.</summary>
    public Slope AlongRandom(string along, int? part = null)
    {
        using var scope = NewDisposeScope();
        Tensor?[] direction = _point.Random(part is null ? null : k => k == part);
        double spread = part is { } only ? _spreads[only] : Spread;
        return Slope.Of(along, TensorPoint.Dot(_gradient, direction), spread, Step, _tolerance, _value, _noise, Agreement, by => At(by, direction));
    }

    /// <summary>Along the one number of a part whose gradient is largest.</summary>
    public Slope AlongNumber(int part)
    {
        using var scope = NewDisposeScope();
        Tensor gradient = _gradient[part], direction = zeros_like(gradient);
        long flat = gradient.abs().flatten().argmax().ToInt64();
        direction.flatten()[flat] = 1;
        var at = new List<long>();
        foreach (long size in Enumerable.Reverse(gradient.shape))
        {
            at.Insert(0, flat % size);
            flat /= size;
        }
        var all = new Tensor?[_gradient.Length];
        all[part] = direction;
        double said = TensorPoint.Dot([gradient], [direction]);
        return Slope.Of($"{Names[part]}[{string.Join(", ", at)}]", said, Math.Abs(said), Step, _tolerance, _value, _noise, Agreement, by => At(by, all));
    }

    public void Dispose()
    {
        _point.Dispose();
        foreach (Tensor? tensor in _inputs.Concat(_changes).Concat(_gradient).Concat(_cotangents)) tensor?.Dispose();
    }

    private double At(double by, IReadOnlyList<Tensor?> direction)
    {
        using IDisposable scope = _trial.Scope();
        _point.Move(by, direction);
        double value = Value().ToDouble();
        _point.Back();
        return value;
    }

    private Tensor Value()
    {
        manual_seed(_trial.Setup.Seed);
        int k = 0;
        // A copy each time: the module may edit what it is given.
        Tensors outputs = _trial.ForwardOf(_module, _inputs.Select(input => _changes[k++] is { } change ? input * (1 + change) : input.clone()));
        Tensor[] numbers = [.. outputs.Where(output => output.is_floating_point())];
        IsExact &= numbers.All(output => output.dtype == ScalarType.Float64);
        if (_cotangents.Count == 0)
            _cotangents.AddRange(numbers.Select(output => (randn_like(output) / Math.Sqrt(Math.Max(1, output.numel()))).detach().DetachFromDisposeScope()));
        Tensor sum = zeros([], dtype: ScalarType.Float64, device: _inputs.Concat(_point.Live).First().device);
        foreach ((Tensor output, Tensor cotangent) in numbers.Zip(_cotangents)) sum = sum + (output * cotangent).sum();
        return sum;
    }
}

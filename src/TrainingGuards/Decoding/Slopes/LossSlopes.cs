using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The training loss on one batch as a function of the parameters that training moves, beside where they begin, with its gradient.</summary>
internal sealed class LossSlopes : IDisposable
{
    private const double Beside = 0.01, Step = 1e-3;

    // Rounding of a loss in float32 is a few units of its last bit.
    private const double Bits = 16;

    private const int MostParts = 16;

    private readonly Trial _trial;
    private readonly TensorPoint _point;
    private readonly Tensor[] _gradient;
    private readonly double[] _spreads;
    private readonly double _tolerance;

    public LossSlopes(Trial trial, double tolerance)
    {
        (_trial, _tolerance) = (trial, tolerance);
        Parameter[] known = [.. trial.Parameters.Select(part => part.Parameter)];
        HashSet<Parameter>? trained = trial.Setup.Trains ? new(OptimizedParameters.Of(trial.Optimizers, known).Select(part => part.Parameter), ReferenceEqualityComparer.Instance) : null;
        _ = trial.Batch;
        manual_seed(trial.Setup.Seed);
        _point = new(
            trial.Parameters.Where(part => part.Parameter.requires_grad && part.Parameter.numel() > 0 && (trained?.Contains(part.Parameter) ?? true))
                .DistinctBy(part => part.Parameter, ReferenceEqualityComparer.Instance)
                .Select(part => (part.Name, (Tensor)part.Parameter)),
            Beside);
        try
        {
            using (trial.Scope())
            {
                Tensor loss = Loss();
                Value = loss.ToDouble();
                _gradient = [.. trial.Gradients(loss, _point.Live, ones_like(loss)).Zip(_point.Live, (gradient, live) => Whole(gradient, live).DetachFromDisposeScope())];
            }
            _point.LeaveUnreached(trial.Model, _gradient);
            Noise = (Bits * Precision() * Math.Abs(Value)) + Math.Abs(At(0, new Tensor?[_gradient.Length]) - Value);
        }
        catch
        {
            _point.Dispose();
            throw;
        }
        _spreads = [.. _gradient.Zip(_point.Sizes, (gradient, size) => size * Norm(gradient))];
    }

    /// <summary>How many parameters training moves.</summary>
    public int Count => _gradient.Length;

    public double Value { get; }

    /// <summary>By how much two evaluations differ by rounding, and whatever else.</summary>
    public double Noise { get; }

    /// <summary>‖g‖₂.</summary>
    public double GradientNorm => Math.Sqrt(TensorPoint.Dot(_gradient, _gradient));

    /// <summary>What a short step along −g takes off the loss, over what the gradient promises: the most of a few lengths. Null where rounding hides it.</summary>
    public double? Decrease { get; private set; }

    public Slope AlongGradient()
    {
        double squared = TensorPoint.Dot(_gradient, _gradient), length = Math.Sqrt(squared);
        return Slope.Of("along the gradient", squared, squared, length > 0 ? Step * _point.Length / length : Step, _tolerance, Value, Noise, agree: 1, by =>
        {
            double there = At(by, _gradient);
            if (by < 0 && -by * squared > 10 * Noise) Decrease = Math.Max(Decrease ?? double.MinValue, (Value - there) / (-by * squared));
            return there;
        });
    }

    /// <summary>Along a random direction in all parameters, or in the chosen ones.</summary>
    public Slope AlongRandom(string along, Func<int, bool>? chosen = null)
    {
        using var scope = NewDisposeScope();
        Tensor?[] direction = _point.Random(chosen);
        double spread = Math.Sqrt(_spreads.Where((_, k) => chosen is null || chosen(k)).Sum(one => one * one));
        return Slope.Of(along, TensorPoint.Dot(_gradient, direction), spread, Step, _tolerance, Value, Noise, agree: 1, by => At(by, direction));
    }

    /// <summary>A slope for each parameter, or each group of them by their path where there are many.</summary>
    public IReadOnlyList<(string Part, bool HasGradient, Slope Slope)> ByPart()
    {
        string Parent(string name, int depth) => string.Join('.', name.Split('.').SkipLast(1).Take(depth)) is { Length: > 0 } path ? path : name;
        Func<string, string>[] groupings = [name => name, name => Parent(name, 99), name => Parent(name, 3), name => Parent(name, 2), name => Parent(name, 1)];
        string[] parts = groupings.Select(grouping => _point.Names.Select(grouping).ToArray()).FirstOrDefault(names => names.Distinct().Count() <= MostParts) ?? [.. _point.Names.Select(groupings[^1])];
        return [.. parts.Distinct().Take(MostParts).Select(part => (part, parts.Select((name, k) => name == part && _spreads[k] > 0).Any(has => has), AlongRandom($"`{part}`", k => parts[k] == part)))];
    }

    /// <summary>What one step of training does at this point: cos(Δ, −g) for the update Δ, and cos(gradient that the step left behind, g). Null where nothing moved in a few steps.</summary>
    /// <remarks>Where weight decay turns the update round, it is compared beside the weights: what lies along them is decay.</remarks>
    public (double Update, double Left, double Rate)? OfStep()
    {
        Tensor[] moved = [];
        using IDisposable scope = _trial.Scope();
        for (int step = 0; step < 3; step++)
        {
            if (step == 0) _point.Back();
            manual_seed(_trial.Setup.Seed);
            _trial.Step(_trial.Batch);
            moved = _point.Moved();
            if (TensorPoint.Dot(moved, moved) != 0) break;
        }
        Tensor?[] left = [.. _point.Live.Select(live => live.grad is { IsInvalid: false } gradient ? Whole(gradient, live) : null)];
        double update = -Cosine(moved, _gradient);
        if (double.IsNaN(update)) return null;
        if (update <= 0) update = Math.Max(update, -Cosine([.. moved.Zip(_point.Base, Beyond)], [.. _gradient.Zip(_point.Base, Beyond)]) is var beyond && double.IsNaN(beyond) ? update : beyond);
        double rate = OptimizedParameters.Of(_trial.Optimizers, [.. _trial.Parameters.Select(part => part.Parameter)]).Select(part => part.Rate).Where(one => !double.IsNaN(one)).DefaultIfEmpty(double.NaN).Min();
        return (update, Cosine(left, _gradient), rate);
    }

    public void Dispose()
    {
        _point.Dispose();
        foreach (Tensor gradient in _gradient) gradient.Dispose();
    }

    private double At(double by, IReadOnlyList<Tensor?> direction)
    {
        using IDisposable scope = _trial.Scope();
        _point.Move(by, direction);
        double loss = Loss().ToDouble();
        _point.Back();
        return loss;
    }

    // The same draws each time: dropout drops the same units.
    private Tensor Loss()
    {
        _trial.Model.train();
        manual_seed(_trial.Setup.Seed);
        Tensor loss = _trial.Loss(_trial.Forward(_trial.Batch.Inputs), _trial.Batch.Targets);
        return _trial.Setup.Penalty is { } penalty ? loss + penalty(_trial.Model) : loss;
    }

    private double Precision() => _point.Live.Select(live => live.dtype switch
    {
        ScalarType.Float64 => 1.2e-16,
        ScalarType.Float16 => 4.9e-4,
        ScalarType.BFloat16 => 3.9e-3,
        _ => 6e-8,
    }).DefaultIfEmpty(6e-8).Max();

    // An embedding may give a sparse gradient.
    private static Tensor Whole(Tensor? gradient, Tensor live) =>
        (gradient is null ? zeros_like(live) : gradient.is_sparse ? zeros(live.shape, device: live.device, dtype: live.dtype).add(gradient) : gradient).detach();

    // What of a vector is not along the weights.
    private static Tensor Beyond(Tensor vector, Tensor weights)
    {
        using var scope = NewDisposeScope();
        Tensor along = weights.to(ScalarType.Float64), all = vector.detach().to(ScalarType.Float64);
        return (all - (along * ((all * along).sum() / along.square().sum().clamp(min: 1e-300)))).MoveToOuterDisposeScope();
    }

    private static double Norm(Tensor tensor) => Math.Sqrt(TensorPoint.Dot([tensor], [tensor]));

    private static double Cosine(IReadOnlyList<Tensor?> a, IReadOnlyList<Tensor?> b) =>
        Math.Sqrt(TensorPoint.Dot(a, a)) * Math.Sqrt(TensorPoint.Dot(b, b)) is > 0 and var lengths ? TensorPoint.Dot(a, b) / lengths : double.NaN;
}

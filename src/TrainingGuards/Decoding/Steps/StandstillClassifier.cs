using TorchSharp.Modules;
using TrainingGuards.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Decoding;

/// <summary>Tells why a parameter stands still from what its optimizer holds and what gradient it got.</summary>
internal sealed class StandstillClassifier
{
    // What is zero by theory is a sum of N terms that cancel: in float32 about 1e-7·√N of the others.
    private const double Negligible = 1e-5;

    private readonly Dictionary<Parameter, double> _rates = new(ReferenceEqualityComparer.Instance);
    private readonly double _medianGradient;

    public StandstillClassifier(IReadOnlyList<Optimizer> optimizers, IReadOnlyList<ParameterProgress> all)
    {
        foreach ((Parameter parameter, double rate) in OptimizedParameters.Of(optimizers, [.. all.Select(one => one.Parameter)])) _rates[parameter] = rate;
        double[] sizes = [.. all.Select(one => one.GradientRms).Where(size => size > 0 && double.IsFinite(size)).Order()];
        _medianGradient = sizes.Length == 0 ? 0 : sizes[sizes.Length / 2];
        Foreign = _rates.Keys.Count(parameter => all.All(one => !ReferenceEquals(one.Parameter, parameter)) && (parameter.IsInvalid || parameter.requires_grad));
    }

    /// <summary>How many parameters the optimizer holds that are no trainable parameters of the model.</summary>
    public int Foreign { get; }

    /// <summary>The learning rate of the group that holds a parameter; NaN where that cannot be read.</summary>
    public double Rate(Parameter parameter) => _rates.GetValueOrDefault(parameter, double.NaN);

    /// <summary>
    /// Whether the gradient is zero by theory and not by fault: that of a bias in front of a normalisation or of the keys of attention, which shifts what
    /// the next operation takes the shift out of.
    /// </summary>
    public bool HasNoInfluence(ParameterProgress one) =>
        _rates.ContainsKey(one.Parameter) && one.Parameter.shape.Count(size => size > 1) <= 1 && one.GradientRms > 0 && one.GradientRms < Negligible * _medianGradient;

    public Standstill Of(ParameterProgress one)
    {
        if (one.NotFiniteAfter is not null) return Standstill.NotFinite;
        if (!_rates.TryGetValue(one.Parameter, out double rate)) return Standstill.NotOptimized;
        if (!one.HasGradient) return Standstill.NoGradient;
        if (one.GradientRms == 0) return Standstill.ZeroGradient;
        if (rate == 0) return Standstill.ZeroRate;
        return rate * Math.Min(1, one.LargestGradient) < Resolution(one.Parameter) ? Standstill.LostInRounding : Standstill.PutBack;
    }

    /// <summary>Half the distance from a number of the parameter's size to the next one that its type can hold.</summary>
    public static double Resolution(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        double size = parameter.detach().to(ScalarType.Float64).square().mean().sqrt().ToDouble();
        int digits = parameter.dtype switch
        {
            ScalarType.Float64 => 52,
            ScalarType.Float16 => 10,
            ScalarType.BFloat16 => 7,
            _ => 23,
        };
        return size == 0 ? 0 : Math.ScaleB(1, Math.ILogB(size) - digits - 1);
    }
}

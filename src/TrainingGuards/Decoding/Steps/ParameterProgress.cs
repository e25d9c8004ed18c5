using TorchSharp.Modules;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What becomes of one parameter in a few training steps: how far it moves, and what gradient it gets.</summary>
internal sealed class ParameterProgress(string name, Parameter parameter) : IDisposable
{
    // Decay moves a weight along itself, or along its sign where the optimizer divides by the gradient's size.
    private const double Aligned = 0.99;

    private readonly Tensor _before = TensorBits.Copy(parameter);

    public string Name { get; } = name;

    public Parameter Parameter { get; } = parameter;

    /// <summary>Whether it has a gradient after some step, be it zero.</summary>
    public bool HasGradient { get; private set; }

    /// <summary>‖g‖₂ after the first step that gave it one: later ones add up where no optimizer zeroes them.</summary>
    public double FirstGradientNorm { get; private set; }

    /// <summary>The largest root mean square of its gradient over the steps.</summary>
    public double GradientRms { get; private set; }

    /// <summary>The largest number in its gradients.</summary>
    public double LargestGradient { get; private set; }

    /// <summary>The step, counted from 1, after which a number in it was first NaN or infinite; null where all are finite.</summary>
    public int? NotFiniteAfter { get; private set; }

    /// <summary>Whether its optimizer was seen to find no gradient, whatever is left behind after the step.</summary>
    public bool FoundNone { get; set; }

    /// <summary>‖Δ‖/‖before‖, or ‖Δ‖ where it began at zero; 0 where weight decay alone moved it.</summary>
    public double Change
    {
        get
        {
            using var scope = NewDisposeScope();
            Tensor before = Numbers(_before), change = Numbers(Parameter) - before;
            double size = Norm(before), moved = Norm(change);
            if (moved > 0 && (FoundNone || (HasGradient && GradientRms == 0)) && IsAlong(change, before)) return 0;
            return size > 0 ? moved / size : moved;
        }
    }

    /// <summary>Whether it did not move but along itself or its signs, as decay moves it; one number alone cannot do otherwise.</summary>
    public bool MovedAsByDecay
    {
        get
        {
            using var scope = NewDisposeScope();
            Tensor before = Numbers(_before), change = Numbers(Parameter) - before;
            return Parameter.numel() == 1 || Norm(change) == 0 || IsAlong(change, before);
        }
    }

    /// <summary>Reads parameter and gradient after a step, counted from 1.</summary>
    public void See(int step)
    {
        using var scope = NewDisposeScope();
        if (NotFiniteAfter is null && !Parameter.detach().isfinite().all().ToBoolean()) NotFiniteAfter = step;
        if (Parameter.grad is not { IsInvalid: false } gradient) return;
        Tensor numbers = Numbers(gradient);
        double norm = Norm(numbers);
        if (!(FirstGradientNorm > 0)) FirstGradientNorm = norm;
        HasGradient = true;
        GradientRms = Math.Max(GradientRms, norm / Math.Sqrt(Parameter.numel()));
        LargestGradient = Math.Max(LargestGradient, numbers.abs().max().ToDouble());
    }

    public void Dispose() => _before.Dispose();

    // An embedding may give a sparse gradient, which has no maximum of its own.
    private static Tensor Numbers(Tensor tensor) => (tensor.is_sparse ? zeros(tensor.shape, device: tensor.device).add(tensor) : tensor).detach().to(ScalarType.Float64);

    private static bool IsAlong(Tensor change, Tensor before) => Cosine(change, before) > Aligned || Cosine(change, before.sign()) > Aligned;

    private static double Norm(Tensor numbers) => numbers.square().sum().sqrt().ToDouble();

    private static double Cosine(Tensor a, Tensor b) => Norm(a) * Norm(b) is > 0 and var scale ? Math.Abs((a * b).sum().ToDouble()) / scale : 0;
}

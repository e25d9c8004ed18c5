using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A penalty on the weights that a training step adds to the loss, read from its gradient.</summary>
/// <remarks>
/// The gradient g with which optimizers begin is compared with that of the loss, l, and with what |w| and w² add: g = a·l + b·sign(w), or g = a·l + b·w, by least squares over all weights of two dimensions and more.
/// Clipping scales both and leaves b/a as it is. What the fit leaves must be nothing but rounding.
/// </remarks>
/// <param name="OfSigns">Whether it is a sum of absolute values; of squares else.</param>
/// <param name="Strength">b/a: the factor of Σ|w|, or twice that of Σw².</param>
/// <param name="Ratio">‖b·sign(w)‖ or ‖b·w‖ over ‖a·l‖.</param>
internal sealed record AddedPenalty(bool OfSigns, double Strength, double Ratio)
{
    // Of the square of g, what may be left.
    private const double Left = 1e-3;

    /// <summary>In words, with its strength.</summary>
    public string Formula => OfSigns ? $"{Reporting.Numbers.Text(Strength)} · Σ|w|" : $"{Reporting.Numbers.Text(Strength / 2)} · Σw²";

    /// <summary>Measures it on the first step of a build beside the trial, dropout left out; null where there is none, or none of these. In no open scope.</summary>
    public static AddedPenalty? Of(Trial trial)
    {
        Setup setup = trial.Setup;
        if (setup.Loss is null && setup.JointLoss is null && setup.LossTerms is null) return null;
        using var steps = new WatchedSteps(trial);
        steps.Trial.WithoutDropout = true;
        steps.Mark();
        using var found = new GradientSet(steps.Step());
        steps.Rewind();
        using IDisposable scope = steps.Trial.Scope();
        RandomCotangent.Train(steps.Trial.Model);
        Batch batch = steps.Batches[0];
        Tensor loss = steps.Trial.Loss(steps.Trial.Forward(batch.Inputs), batch.Targets);
        (string Name, Parameter Parameter)[] weights = [.. steps.Parameters.Where(part => part.Parameter.dim() >= 2 && found.Of(part.Parameter) is not null)];
        if (weights.Length == 0) return null;
        IReadOnlyList<Tensor?> own = steps.Trial.Gradients(loss, [.. weights.Select(part => part.Parameter)], ones_like(loss));
        Tensor Flat(IEnumerable<Tensor> parts) => cat([.. parts.Select(part => part.detach().to(ScalarType.Float64).flatten())]);
        Tensor g = Flat(weights.Select(part => found.Of(part.Parameter)!.Values)), w = Flat(weights.Select(part => (Tensor)part.Parameter));
        Tensor l = Flat(weights.Zip(own).Select(pair => pair.Second is not { } gradient ? zeros_like(pair.First.Parameter) : gradient.is_sparse ? zeros(gradient.shape, device: gradient.device).add(gradient) : gradient));
        AddedPenalty?[] fits = [Fit(g, l, w.sign(), ofSigns: true), Fit(g, l, w, ofSigns: false)];
        return fits.OfType<AddedPenalty>().FirstOrDefault();
    }

    // The normal equations of two unknowns.
    private static AddedPenalty? Fit(Tensor g, Tensor l, Tensor x, bool ofSigns)
    {
        static double Dot(Tensor a, Tensor b) => (a * b).sum().ToDouble();
        double ll = Dot(l, l), xx = Dot(x, x), lx = Dot(l, x), gl = Dot(g, l), gx = Dot(g, x), gg = Dot(g, g), determinant = (ll * xx) - (lx * lx);
        if (!(determinant > 0) || !(gg > 0)) return null;
        double a = ((gl * xx) - (gx * lx)) / determinant, b = ((gx * ll) - (gl * lx)) / determinant;
        double left = Dot(g - (a * l) - (b * x), g - (a * l) - (b * x));
        return a > 0 && b > 0 && left <= Left * gg ? new(ofSigns, b / a, b * Math.Sqrt(xx) / (a * Math.Sqrt(ll))) : null;
    }
}

using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How much of what differs between examples lies where a tanh or sigmoid is flat.</summary>
/// <param name="Name">The activation: a module's path, or the call of a function.</param>
/// <param name="Share">The share of what it takes that lies more than 5 from the mean over examples.</param>
/// <param name="Deviation">The standard deviation over examples of what it takes.</param>
/// <param name="Where">Its place.</param>
internal sealed record SaturatedInputs(string Name, double Share, double Deviation, Place Where)
{
    // There tanh has a slope of 2e-4, and the sigmoid 3 % of that at 0.
    private const double Flat = 5;
    private const double Same = 1e-5;

    /// <summary>In the order in which they ran; what the model returns itself may be sure of itself and is left out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="events">A pass through it, in an open scope.</param>
    /// <param name="outputs">What it returned.</param>
    /// <param name="examples">How many examples passed.</param>
    public static IReadOnlyList<SaturatedInputs> Of(nn.Module model, IReadOnlyList<TraceEvent> events, Tensors outputs, int examples)
    {
        AppliedActivation[] applied = [.. AppliedActivations.In(model).Where(one => ActivationKind.Saturates(one.Kind))];
        var found = new List<SaturatedInputs>();
        foreach (TraceEvent at in events)
        {
            if (at.Tensors.FirstOrDefault(tensor => tensor.is_floating_point() && tensor.numel() > 0) is not { } passed) continue;
            if (at.Entered && ModuleKind.IsTorch(at.Module) && ActivationKind.Saturates(at.Module.GetType().Name)) Add(at.Path, at.Module.GetType().Name, passed, new(at.Path));
            else if (!at.Entered && Array.Find(applied, one => ReferenceEquals(one.Module, at.Module)) is { } function) Add(function.Name, function.Kind, function.Taken(passed.detach()), function.Place());
        }
        return found;

        void Add(string name, string kind, Tensor taken, Place where)
        {
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            int dimension = Enumerable.Range(0, (int)taken.dim()).FirstOrDefault(d => taken.shape[d] == examples, -1);
            Tensor values = taken.detach().to(ScalarType.Float64);
            if (dimension < 0 || examples < 2 || found.Exists(one => one.Name == name)) return;
            Tensor returned = ActivationKind.Apply(kind, values).flatten();
            if (outputs.Any(output => output.numel() == returned.numel() && output.is_floating_point() && (output.detach().to(ScalarType.Float64).flatten() - returned).abs().max().ToDouble() < Same)) return;
            Tensor away = values - values.mean([dimension], keepdim: true);
            found.Add(new(name, away.abs().gt(Flat).to(ScalarType.Float64).mean().ToDouble(), away.square().mean().sqrt().ToDouble(), where));
        }
    }

    /// <summary>Why it is saturated, and what to do.</summary>
    public Cause Cause() => new(
        $"{Numbers.Text(100 * Share)} % of what `{Name}` takes lies more than {Numbers.Text(Flat)} from its mean, with a standard deviation of {Numbers.Text(Deviation)}: the untrained activation is saturated, and its slope there is next to 0",
        "scale what enters to about unit size: inputs standardised, weights as TorchSharp begins them or xavier_uniform_, and no large factor before the activation");
}

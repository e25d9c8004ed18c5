using TrainingGuards.Fitting;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Puts into words why parameters stand still, and finds where.</summary>
internal sealed class StandstillCauses(Trial trial, Batch batch, StandstillClassifier classifier, IReadOnlyList<double> losses)
{
    private readonly string _didNotChange = $"did not change in {Numbers.Text(losses.Count)} steps";
    private readonly Lazy<StepOrder?> _order = new(() => StepOrder.Of(trial));

    /// <summary>The cause for parameters that stand still for one reason, and where it is seen; <see cref="Trial.Scope"/> must not be open.</summary>
    public (Cause Cause, Place? Where) Of(Standstill reason, ParameterGroup group) => OfStep(reason, group) ?? OfParameters(reason, group);

    // What the step does with gradients explains a gradient that is not there, and one that is there when all is over.
    private (Cause Cause, Place? Where)? OfStep(Standstill reason, ParameterGroup group) =>
        reason is Standstill.NoGradient or Standstill.ZeroGradient or Standstill.PutBack && _order.Value?.Explain([.. group.Members.Select(member => member.Name)]) is { } cause
            ? (cause with { Evidence = $"{group} {_didNotChange}: {cause.Evidence}" }, new Place(group.Names[0], LinesOf(trial.Setup.Step)))
            : null;

    private (Cause Cause, Place? Where) OfParameters(Standstill reason, ParameterGroup group) => reason switch
    {
        Standstill.NotFinite => (NotFinite(group), null),
        Standstill.NotOptimized => (NotOptimized(group), AtOptimizer(group)),
        Standstill.NoGradient => NoGradient(group),
        Standstill.ZeroGradient => ZeroGradient(group),
        Standstill.ZeroRate => (new($"{group} {_didNotChange}; {Gradient(group)}: the learning rate of their group is 0", $"give the group of {group.Subject} a learning rate above 0, or freeze it with requires_grad = false"), AtOptimizer(group)),
        Standstill.LostInRounding => (LostInRounding(group), AtOptimizer(group)),
        _ => (new($"{group} {_didNotChange}; {Gradient(group)} and learning rate {Rate(group)}: the optimizer does not write them, or what it writes is put back", $"look at the optimizer's step, and for copy_, fill_ or zero_ on {group.Subject}"), null),
    };

    private static Cause NotFinite(ParameterGroup group, int step, double loss) => new(
        $"{group} became NaN or infinite in step {Numbers.Text(step)}, at a loss of {Numbers.Text(loss)}",
        "lower the learning rate, and look for log, sqrt or a division of something that can be 0");

    private Cause NotFinite(ParameterGroup group)
    {
        int step = group.Members.Min(member => member.NotFiniteAfter) ?? 1;
        if (OptimizerOption.Epsilon.Of(trial.Optimizers).Any(eps => eps == 0))
            return new($"{group} became NaN or infinite in step {Numbers.Text(step)}, and the optimizer's eps is 0: where a gradient is 0 it divides 0 by 0", "leave eps at 1e-8");
        return NotFinite(group, step, losses[step - 1]);
    }

    private Cause NotOptimized(ParameterGroup group)
    {
        string evidence = $"{group} {_didNotChange}; {Gradient(group)}: they are in no optimizer group";
        return classifier.Foreign > 0
            ? new($"{evidence}, and the optimizer holds {Numbers.Text(classifier.Foreign)} that the model does not have", $"build the optimizer after assigning {group.Subject}", "TG1008")
            : new(evidence, $"build the optimizer after assigning {group.Subject}, over all of model.parameters(); freeze with requires_grad = false what is not to learn", "TG1008, TG1011");
    }

    private Cause LostInRounding(ParameterGroup group)
    {
        double resolution = group.Members.Min(member => StandstillClassifier.Resolution(member.Parameter)), largest = group.Members.Max(member => member.LargestGradient);
        return new(
            $"{group} {_didNotChange}; with a learning rate of {Rate(group)} and gradients up to {Numbers.Text(largest)} an update is below {Numbers.Text(resolution)}, half the distance between two numbers of the weights' size: it is lost in rounding",
            "raise the learning rate, or keep the weights in a wider type");
    }

    private (Cause Cause, Place? Where) NoGradient(ParameterGroup group)
    {
        using IDisposable scope = trial.Scope();
        trial.Model.train();
        IReadOnlyList<TraceEvent> events = ModuleTrace.Live(trial.Model, () => trial.Forward(batch.Inputs));
        string[] owners = [.. group.Members.Select(member => Owner(member.Name)).Distinct()];
        string subject = $"{group} {_didNotChange} and got no gradient";
        int[] calls = [.. Enumerable.Range(0, events.Count).Where(i => !events[i].Entered && owners.Contains(events[i].Path))];
        if (calls.Length == 0)
        {
            return (
                new($"{subject}: forward does not call {(owners.Length == 1 ? "it" : "them")}", $"use {group.Subject} in forward, or remove {(owners.Length == 1 ? "it" : "them")}", "TG3011"),
                AtForward(group));
        }
        int last = calls[^1];
        if (events[last].Tensors.All(tensor => !tensor.requires_grad))
        {
            return (
                new($"{subject}: the output of `{events[last].Path}` requires no gradient, it ran with gradients off", "leave no_grad and inference_mode out of the training pass, and dispose of the scopes that they return", "TG2003"),
                Enclosing(events, EnteredAt(events, last) - 1, "no_grad", "inference_mode", "set_grad_enabled"));
        }
        int cut = Enumerable.Range(last + 1, events.Count - last - 1).FirstOrDefault(i => !events[i].Tensors.Any(tensor => tensor.requires_grad), -1);
        return cut < 0
            ? (new($"{subject}: the output of `{events[last].Path}` requires one, and the loss does not depend on it", $"use the output of `{events[last].Path}`, or remove the layer", "TG3011"), AtForward(group))
            : (new($"{subject}: the graph is cut between `{events[cut - 1].Path}` and {After(events[cut])}", "remove what cuts it: detach, item, data, no_grad, or a tensor built from numbers", "TG1004"), Enclosing(events, cut - 1, "detach", "detach_", "no_grad", "item", "ToSingle", "data", "tensor", "clone"));
    }

    private (Cause Cause, Place? Where) ZeroGradient(ParameterGroup group)
    {
        using IDisposable scope = trial.Scope();
        trial.Model.train();
        string subject = $"{group} {_didNotChange}; the gradient is exactly 0 in each";
        if (LossGradient.Cut(trial, batch) is { } clipped) return (clipped with { Evidence = $"{subject}: {clipped.Evidence}" }, null);
        if (FlatPiece.In(trial, batch) is not { } flat)
            return (new($"{subject}, that of its outputs too", $"look for what is constant behind {group.Subject}: clamp, round, a mask, a factor of 0"), null);
        (Cause cause, Place? where) = flat.Explain();
        return (cause with { Evidence = $"{subject}: {cause.Evidence}" }, where);
    }

    private static string Gradient(ParameterGroup group) => group.Members.Any(member => member.HasGradient)
        ? $"gradient norm {Numbers.Text(Math.Sqrt(group.Members.Sum(member => member.FirstGradientNorm * member.FirstGradientNorm)))}"
        : "no gradient";

    private string Rate(ParameterGroup group) => Numbers.Text(classifier.Rate(group.Members[0].Parameter));

    // The optimizer's delegate is where parameters are given to it.
    private Place AtOptimizer(ParameterGroup group) => new(group.Names[0], LinesOf(trial.Setup.OptimizerBuilder));

    private Place AtForward(ParameterGroup group)
    {
        nn.Module parent = trial.Model;
        foreach ((string path, nn.Module module) in trial.Model.named_modules())
            if (group.Names[0] != path && CoveringNames.IsUnder(group.Names[0], path) && module.GetType().Assembly != typeof(Tensor).Assembly) parent = module;
        return new(group.Names[0], MethodLines.Forward(parent) is { } lines ? lines.Text(lines.First, lines.Last) : null);
    }

    private Place? Enclosing(IReadOnlyList<TraceEvent> events, int lastSound, params string[] suspects) =>
        Culprit.In(trial.Model, events, i => i > lastSound)?.Place(suspects);

    private static int EnteredAt(IReadOnlyList<TraceEvent> events, int left) =>
        Enumerable.Range(0, left).LastOrDefault(i => events[i].Entered && ReferenceEquals(events[i].Module, events[left].Module));

    private string After(TraceEvent at) => ReferenceEquals(at.Module, trial.Model) ? "the output" : $"`{at.Path}`";

    private string Owner(string parameter) =>
        parameter.LastIndexOf('.') is >= 0 and var dot ? parameter[..dot] : trial.Model.GetType().Name;

    private static string? LinesOf(Delegate? made) => made is not null && MethodLines.Of(made.Method) is { } lines ? lines.Text(lines.First, lines.Last) : null;
}

using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What the user's own evaluation does: run twice, each time from the training mode in which a training loop would be.</summary>
/// <param name="First">The metric.</param>
/// <param name="Second">The metric of the second run.</param>
/// <param name="Modes">Each module that was called and whose mode shows, with whether it was in training mode.</param>
/// <param name="ModelTrains">Whether the model itself was in training mode in some call.</param>
/// <param name="Changes">How far each parameter and buffer changed.</param>
/// <param name="GradientsStayOff">Whether gradients are off afterwards.</param>
internal sealed record OwnEvaluation(double First, double Second, IReadOnlyList<(string Path, bool Trains)> Modes, bool ModelTrains, IReadOnlyList<Reading> Changes, bool GradientsStayOff)
{
    public static OwnEvaluation Of(Trial trial, Func<nn.Module, double> evaluate)
    {
        nn.Module model = trial.Model;
        var modes = new Dictionary<string, bool>();
        bool modelTrains = false;
        void Entered(string path, nn.Module module)
        {
            if (ModuleKind.DependsOnMode(module)) modes[path] = module.training || modes.GetValueOrDefault(path);
            if (ReferenceEquals(module, model)) modelTrains |= module.training;
        }

        using var state = new StateCopy(model);
        double Run()
        {
            trial.Cancellation.ThrowIfCancellationRequested();
            model.train();
            return evaluate(model);
        }
        double first, second;
        bool off;
        using (new ModuleHooks(model, entered: (path, module, _) => Entered(path, module), left: (_, _, _) => { }))
        {
            first = Run();
            off = !is_grad_enabled();
            if (off) _ = set_grad_enabled(true);
            second = Run();
            if (!is_grad_enabled()) _ = set_grad_enabled(true);
        }
        return new(first, second, [.. modes.Select(mode => (mode.Key, mode.Value))], modelTrains, state.Changes(), off);
    }

    public IEnumerable<Measurement> Claims()
    {
        yield return new("difference between two evaluations", Bound.Exactly(0), Second - First, "in the metric");
        if (Modes.Count > 0)
            yield return new("training flag while Evaluate ran", Bound.Exactly(0), [.. Modes.Select(mode => new Reading(mode.Trains ? 1 : 0, mode.Path))]);
        if (Changes.Count > 0)
            yield return new("change by Evaluate", Bound.Exactly(0), Changes);
        yield return new("gradients left off by Evaluate", Bound.Exactly(0), GradientsStayOff ? 1 : 0);
    }

    /// <summary>Why it cannot be repeated.</summary>
    /// <param name="model">The model.</param>
    /// <param name="forwardsAreEqual">Whether the model alone gives the same twice in evaluation mode.</param>
    public IEnumerable<Cause> Causes(nn.Module model, bool forwardsAreEqual)
    {
        string[] training = [.. Modes.Where(mode => mode.Trains).Select(mode => $"`{mode.Path}`")];
        string[] changed = [.. Changes.Where(change => change.Value != 0).Select(change => $"`{change.Culprit}`")];
        bool differs = Second - First != 0;
        if (training.Length > 0)
        {
            string were = $"{Words.List(training)} {(training.Length == 1 ? "was" : "were")} in training mode while Evaluate ran";
            yield return ModelTrains
                ? new($"{were}: eval() was not called", "call model.eval() before the evaluation and model.train() after it", "TG2001")
                : new($"{were}, and the model itself was not: something calls train() on them, or eval() does not reach them", "let every override of train(bool) call base.train(on), and call train() on the whole model only");
        }
        else if (differs && ModelTrains)
        {
            yield return new($"`{model.GetType().Name}` was in training mode while Evaluate ran: eval() was not called", "call model.eval() before the evaluation and model.train() after it", "TG2001");
        }
        else if (differs && double.IsFinite(Second - First) && forwardsAreEqual)
        {
            yield return new(
                $"the metric is {Numbers.Text(First)}, then {Numbers.Text(Second)}, though two forwards of one batch are equal: Evaluate looks at other examples, or at changed ones, each time",
                "evaluate the same examples in the same order, without augmentation and shuffling", "TG5008");
        }
        if (!double.IsFinite(Second - First))
            yield return new($"the metric is {Numbers.Text(First)}, then {Numbers.Text(Second)}", "look for a division by the number of batches or examples that is 0, and for log of 0");
        if (changed.Length > 0 && training.Length == 0)
            yield return new($"{Words.List(changed)} changed while Evaluate ran", "keep optimizer.step(), copy_ and running statistics out of the evaluation");
        if (GradientsStayOff)
            yield return new("gradients are off after Evaluate: the scope that no_grad() returns is not disposed", "write using var _ = torch.no_grad()", "TG2003");
    }

    /// <summary>The delegate that evaluates, at the first module that was in the wrong mode.</summary>
    public Place Place(Setup setup, nn.Module model)
    {
        MethodLines? lines = MethodLines.Of(setup.Evaluate!.Method);
        return new(Modes.Where(mode => mode.Trains).Select(mode => mode.Path).FirstOrDefault(model.GetType().Name), lines?.Text(lines.First, lines.Last));
    }
}

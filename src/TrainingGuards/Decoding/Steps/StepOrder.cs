using TorchSharp.Modules;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>In which order the user's own step calls backward, zero_grad and step: from the gradients that optimizers find, those that the step leaves behind, and those of the loss itself.</summary>
internal sealed class StepOrder
{
    // Some steps update only every few calls.
    private const int Most = 5, Enough = 2;

    private readonly Dictionary<string, Seen> _seen;
    private readonly int _steps;

    private StepOrder(Dictionary<string, Seen> seen, int steps) => (_seen, _steps) = (seen, steps);

    /// <summary>Makes up to five of the user's own steps on a build beside the trial; null where the step is not the user's. In no open scope.</summary>
    public static StepOrder? Of(Trial trial)
    {
        if (trial.Setup.Step is null) return null;
        using var steps = new WatchedSteps(trial);
        var seen = steps.Parameters.ToDictionary(part => part.Name, _ => new Seen(), StringComparer.Ordinal);
        int made = 0;
        for (int updates = 0; made < Most && updates < Enough; made++)
        {
            using var found = new GradientSet(steps.Step());
            foreach ((string name, Parameter parameter) in steps.Parameters)
            {
                Seen one = seen[name];
                Gradient? gradient = found.Of(parameter);
                one.IsUpdated |= steps.Updated.Contains(parameter);
                one.HasFound |= gradient is not null;
                if (gradient is not null) one.Found = Math.Max(one.Found, Gradient.Norm([gradient]));
                if (parameter.grad is { IsInvalid: false } left) one.Left = Math.Max(one.Left, NormOf(left));
            }
            if (steps.Updated.Count > 0) updates++;
        }
        // Where every optimizer finds a gradient the loss need not be asked.
        if (seen.Values.Any(one => one.Found == 0)) OfLoss(steps, seen);
        return new(seen, made);
    }

    /// <summary>Whether an optimizer that holds a parameter finds no gradient of it, or zeros, whenever it is stepped.</summary>
    public bool FindsNone(string name) => _seen.TryGetValue(name, out Seen? one) && one.IsUpdated && one.Found == 0;

    /// <summary>What keeps the gradients of all trainable parameters from the optimizers; null where nothing does.</summary>
    public Cause? Explain() => Explain([.. _seen.Keys]);

    /// <summary>What keeps gradients of these parameters from their optimizers; null where nothing does.</summary>
    public Cause? Explain(IReadOnlyList<string> names)
    {
        Seen[] all = [.. names.Select(name => _seen.GetValueOrDefault(name)).OfType<Seen>()];
        double own = Norm(all, one => one.Own), left = Norm(all, one => one.Left);
        if (all.Length == 0 || all.Any(one => one.Found > 0)) return null;
        if (all.All(one => !one.IsUpdated))
        {
            return own > 0 || left > 0
                ? new($"in {Numbers.Text(_steps)} steps nobody calls step() of the optimizer that holds them", "call step() of every optimizer of the setup, those of step.Optimizers, after backward()", "TG1002")
                : null;
        }
        if (left > 0)
        {
            return new(
                $"when step() is called their gradient is 0, and when all is over it is {Numbers.Text(left)}: step() comes before backward(), behind zero_grad()",
                "call zero_grad(), then backward(), then step()", "TG1002");
        }
        if (!(own > 0)) return null;
        return all.Any(one => one.HasFound)
            ? new(
                $"the gradient of the loss is {Numbers.Text(own)}, and 0 when step() is called: zero_grad() stands between backward() and step()",
                "call zero_grad() before backward(), or after step()", "TG1002")
            : new(
                $"the gradient of the loss is {Numbers.Text(own)}, and there is none when step() is called: backward() is not called on it, or zero_grad() stands between backward() and step()",
                "call zero_grad(), then backward(), then step()", "TG1002");
    }

    private static void OfLoss(WatchedSteps steps, Dictionary<string, Seen> seen)
    {
        Setup setup = steps.Trial.Setup;
        if (setup.Loss is null && setup.JointLoss is null && setup.LossTerms is null) return;
        using IDisposable scope = steps.Trial.Scope();
        steps.Trial.Model.train();
        Tensor loss = steps.Trial.MeasuredLoss(steps.Batches[0]);
        IReadOnlyList<Tensor?> gradients = steps.Trial.Gradients(loss, [.. steps.Parameters.Select(part => part.Parameter)], ones_like(loss));
        for (int i = 0; i < gradients.Count; i++)
            if (gradients[i] is { } gradient) seen[steps.Parameters[i].Name].Own = NormOf(gradient);
    }

    private static double Norm(Seen[] all, Func<Seen, double> of) => Math.Sqrt(all.Sum(one => of(one) * of(one)));

    private static double NormOf(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        Tensor dense = gradient.is_sparse ? zeros(gradient.shape, device: gradient.device).add(gradient) : gradient;
        return dense.detach().to(ScalarType.Float64).square().sum().sqrt().ToDouble();
    }

    private sealed class Seen
    {
        public bool IsUpdated { get; set; }

        public bool HasFound { get; set; }

        public double Found { get; set; }

        public double Left { get; set; }

        public double Own { get; set; }
    }
}

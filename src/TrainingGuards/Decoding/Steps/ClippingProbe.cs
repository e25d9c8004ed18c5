using TorchSharp.Modules;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The norms of gradients in some steps of the user's own: those of the setup's loss, and those that the update begins with.</summary>
/// <param name="Norms">Step by step: before, as a pass of the guards' own gives it, NaN where it was not looked into; and at the update.</param>
/// <param name="Small">Of the same the part of the numbers in the gradient, other than 0, that are at most ε.</param>
internal sealed record ClippingProbe(IReadOnlyList<(double Before, double AtUpdate)> Norms, IReadOnlyList<(double Before, double AtUpdate)> Small)
{
    // clip_grad_norm_ divides by the norm and a millionth more.
    private const double Tolerance = 1e-4;
    private const int AtLeast = 3;
    private static readonly (double, double) Nothing = (double.NaN, double.NaN);

    /// <summary>The norm that several steps have at the update to four digits: no chance, but a limit. Null where there is none.</summary>
    public double? Limit
    {
        get
        {
            double[] sorted = [.. Norms.Select(norm => norm.AtUpdate).Where(norm => double.IsFinite(norm) && norm > 0).Order()];
            (double Value, int Count) best = (double.NaN, 0);
            for (int from = 0, to = 0; from < sorted.Length; from++)
            {
                while (to < sorted.Length && sorted[to] <= sorted[from] * (1 + Tolerance)) to++;
                if (to - from > best.Count) best = (sorted[to - 1], to - from);
            }
            return best.Count >= AtLeast ? best.Value : null;
        }
    }

    /// <summary>Whether a step was clipped to the limit.</summary>
    public static bool IsAt(double limit, double atUpdate) => Math.Abs(atUpdate - limit) <= 2 * Tolerance * limit;

    /// <summary>Makes the steps on a build of their own.</summary>
    /// <param name="trial">The setup's.</param>
    /// <param name="steps">How many steps are made.</param>
    /// <param name="passedOver">How many of them come first, of which only the norm at the update is read.</param>
    public static ClippingProbe Of(Trial trial, int steps, int passedOver)
    {
        double epsilon = DivisorFloor.Of(trial.Optimizers);
        (double Norm, double Small) atUpdate = Nothing;
        Trial? watched = null;
        using Trial own = watched = trial.Again(setup => setup with
        {
            Optimizer = null,
            OptimizerFor = null,
            Optimizers = model => [.. SetupValidation.BuildOptimizers(trial.Setup, model).Select(optimizer => WatchedOptimizer.Of(optimizer, _ => Updating()))],
        });
        var norms = new List<(double, double)>();
        var small = new List<(double, double)>();
        for (int step = 0; step < steps; step++)
        {
            Batch batch = own.NextBatch();
            bool looked = step >= passedOver;
            (double Norm, double Small) before = looked ? Before(own, batch, epsilon) : Nothing;
            atUpdate = Nothing;
            own.Step(batch);
            norms.Add((before.Norm, atUpdate.Norm));
            small.Add((before.Small, atUpdate.Small));
        }
        return new(norms, small);

        // Of several updates in a step the first: what it begins with is what the step computed.
        void Updating()
        {
            if (double.IsNaN(atUpdate.Norm)) atUpdate = Look(watched!.Model.parameters().Select(parameter => parameter.grad), epsilon);
        }
    }

    private static (double Norm, double Small) Before(Trial trial, Batch batch, double epsilon)
    {
        using IDisposable scope = trial.Scope();
        using var grad = enable_grad();
        trial.Model.train();
        Parameter[] trained = [.. trial.Model.parameters().Where(parameter => parameter.requires_grad)];
        Tensor loss = trial.MeasuredLoss(batch);
        return Look(trial.Gradients(loss, trained, ones_like(loss)), epsilon);
    }

    private static (double Norm, double Small) Look(IEnumerable<Tensor?> gradients, double epsilon)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor[] sums = [.. gradients.Where(gradient => gradient is { IsInvalid: false })
            .Select(gradient => (gradient!.is_sparse ? zeros(gradient.shape, device: gradient.device).add(gradient) : gradient).detach().to(ScalarType.Float64))
            .Select(gradient => stack([gradient.square().sum(), gradient.ne(0).sum().to(ScalarType.Float64), gradient.ne(0).logical_and(gradient.abs().le(epsilon)).sum().to(ScalarType.Float64)]))];
        if (sums.Length == 0) return Nothing;
        double[] all = HostNumbers.Of(stack(sums).sum([0L]));
        return (Math.Sqrt(all[0]), all[2] / all[1]);
    }
}

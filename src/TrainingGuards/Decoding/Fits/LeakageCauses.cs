using TrainingGuards.Fitting;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>By which way a model knows labels that it was not trained on.</summary>
internal static class LeakageCauses
{
    private const double Seen = 5, Half = 0.5;

    /// <param name="trial">An untrained build.</param>
    /// <param name="held">The validation batches.</param>
    /// <param name="drawn">The targets to give.</param>
    /// <param name="known">What is known of validation after training.</param>
    public static (IReadOnlyList<Cause> Causes, Place? Where) Of(Trial trial, IReadOnlyList<Batch> held, DrawnTargets drawn, TargetOrder known)
    {
        string knows = $"trained on labels drawn at random, the model wins {Numbers.Text(100 * known.Gain)} % of the validation loss by labels being the true ones";
        string name = trial.Model.GetType().Name;
        TargetOrder before = TargetOrder.Of(trial, held);
        if (before.Z >= Seen && before.Gain >= Half * known.Gain)
        {
            bool loaded = SameBuilds(trial, held);
            return ([loaded
                ? new($"{knows}, and {Numbers.Text(100 * before.Gain)} % before its first step; builds from two seeds are the same: the weights are loaded or kept, from a training that has seen such labels", "build the model untrained, or leave this check out where a trained one is what you mean to train on", "TG7002")
                : new($"{knows}, and {Numbers.Text(100 * before.Gain)} % before its first step: what the model computes with its inputs finds the label, whatever its weights are", "look for the label among the inputs, in a field that Batch fills, or in Forward")], new(name, null));
        }
        Batch batch = trial.NextBatch();
        double own = FirstLoss(trial, batch), other = FirstLoss(trial, drawn.Give(batch)), again = FirstLoss(trial, drawn.Give(batch));
        string? lines = trial.Setup.Step is { } step && MethodLines.Of(step.Method) is { } found ? found.Text(found.First, found.Last) : null;
        return own == other && own == again
            ? ([new($"{knows}, and the first step costs {Numbers.Text(own)} to the bit whatever targets its batch has: labels reach training by another way", "let Step and Loss use the targets that they are given")], new(trial.Setup.Step is null ? nameof(Setup.Loss) : nameof(Setup.Step), lines))
            : ([new($"{knows}, though its steps do use the targets that they are given ({Numbers.Text(own)} with their own, {Numbers.Text(other)} with others): they learn the true labels from something else as well", "look for a second loss on labels that Loss or Step finds elsewhere, and for training on validation examples", "TG5004")], lines is null ? null : new(nameof(Setup.Step), lines));
    }

    // Fresh builds, so that a step of the user's own is asked as it is.
    private static double FirstLoss(Trial trial, Batch batch)
    {
        using Trial fresh = trial.Again();
        return fresh.Step(batch);
    }

    private static bool SameBuilds(Trial trial, IReadOnlyList<Batch> held)
    {
        double Loss(Trial build)
        {
            using IDisposable mode = build.Evaluating();
            using IDisposable scope = build.Scope();
            using var grad = TorchSharp.torch.no_grad();
            return build.Loss(build.Forward(held[0].Inputs), held[0].Targets).ToDouble();
        }
        using Trial first = trial.Again();
        double one = Loss(first);
        using Trial second = trial.Again(setup => setup with { Seed = setup.Seed + 1 });
        return one == Loss(second);
    }
}

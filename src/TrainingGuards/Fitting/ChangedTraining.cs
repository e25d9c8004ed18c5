using TrainingGuards.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Fitting;

/// <summary>The training of a few examples once more, with one thing changed.</summary>
internal sealed class ChangedTraining(Trial trial, Batch batch, OverfitGoal goal, OverfitRun run, int steps)
{
    private const double Half = 0.5;

    /// <summary>Trains a build of its own.</summary>
    public OverfitRun Of(Func<Setup, Setup> change, bool withoutDropout = false)
    {
        using Trial other = trial.Again(change);
        return On(other, withoutDropout);
    }

    /// <summary>Trains a build that the caller keeps.</summary>
    public OverfitRun On(Trial other, bool withoutDropout = false)
    {
        other.WithoutDropout = withoutDropout;
        return OverfitRun.Of(other, batch, goal, steps);
    }

    /// <summary>Whether another training got there, or, where this one no longer falls, has learnt more than a constant says and has less than half of the way left that this one has.</summary>
    public bool Helps(OverfitRun other) => other.Reached || (!run.IsStillFalling && other.Loss < Math.Min(goal.Chance, run.Losses[0]) && other.Loss - goal.Floor < Half * (run.Loss - goal.Floor));

    /// <summary>A setup whose optimizers are the user's own, changed after they are built.</summary>
    public static Setup WithOptimizers(Setup setup, Func<IReadOnlyList<Optimizer>, IReadOnlyList<Optimizer>> change) => setup with
    {
        Optimizer = null,
        OptimizerFor = null,
        Optimizers = model => change(SetupValidation.BuildOptimizers(setup, model)),
    };

    /// <summary>The same optimizers at another rate.</summary>
    public static IReadOnlyList<Optimizer> AtRate(IReadOnlyList<Optimizer> optimizers, double factor)
    {
        foreach (ILearningRateController group in optimizers.SelectMany(optimizer => optimizer.ParamGroups ?? []))
        {
            // A scheduler takes either for what it starts from.
            group.LearningRate *= factor;
            group.InitialLearningRate *= factor;
        }
        return optimizers;
    }
}

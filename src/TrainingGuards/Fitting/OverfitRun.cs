using TrainingGuards.Decoding;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>Training on the same few examples, and where it arrived.</summary>
/// <param name="Losses">The training loss of each step.</param>
/// <param name="Loss">The least loss that was measured with all examples right, else the last.</param>
/// <param name="Accuracy">The share of examples that are right there; NaN where targets are not classes.</param>
/// <param name="Reached">Whether the goal was reached.</param>
/// <param name="InTrainingMode">Whether it was reached in training mode only.</param>
internal sealed record OverfitRun(IReadOnlyList<double> Losses, double Loss, double Accuracy, bool Reached, bool InTrainingMode)
{
    /// <summary>How many times as many steps a training that is on its way is given.</summary>
    public const int Patience = 4;

    private const int Interval = 10;

    /// <summary>How often each class was predicted as which, or each number as about which, where training ended; null where targets are neither, or too many.</summary>
    public Matrix? Predictions { get; private init; }

    /// <summary>After how many steps the loss comes to a goal if it goes on to lose in each quarter what it lost in the last, measured from its floor; infinite where it lost nothing.</summary>
    /// <param name="goal">The goal.</param>
    public double StepsTo(OverfitGoal goal)
    {
        (int quarter, double before, double last) = LastQuarters;
        (before, last, double left) = (before - goal.Floor, last - goal.Floor, goal.Below - goal.Floor);
        return last < before && left > 0 ? Losses.Count + (quarter * Math.Max(0, Math.Log(left / last) / Math.Log(last / before))) : double.PositiveInfinity;
    }

    /// <summary>Whether the mean of the last quarter lies more than a tenth below that of the quarter before.</summary>
    public bool IsStillFalling => LastQuarters is var (_, before, last) && last < 0.9 * before;

    /// <summary>Whether the loss falls, and at that pace comes to a goal within <see cref="Patience"/> times as many steps.</summary>
    public bool IsOnItsWay(OverfitGoal goal) => IsStillFalling && StepsTo(goal) <= Patience * Losses.Count;

    /// <summary>What a reader should know of where the goal was reached.</summary>
    public IReadOnlyList<string> Notes => InTrainingMode ? ["reached in training mode; in evaluation mode the running statistics still lag"] : [];

    // How many steps a quarter has, and the mean loss of the last but one and of the last; NaN where there are too few steps for quarters.
    private (int Steps, double Before, double Last) LastQuarters
    {
        get
        {
            int steps = Losses.Count / 4;
            return (steps, Mean(Losses.SkipLast(steps).TakeLast(steps)), Mean(Losses.TakeLast(steps)));

            static double Mean(IEnumerable<double> losses) => losses.DefaultIfEmpty(double.NaN).Average();
        }
    }

    /// <summary>Trains from where the trial is.</summary>
    /// <param name="trial">What is trained.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="goal">Where training ends.</param>
    /// <param name="steps">The most steps that are made, those of an earlier run included.</param>
    /// <param name="earlier">A run of the same trial that this one goes on with.</param>
    public static OverfitRun Of(Trial trial, Batch batch, OverfitGoal goal, int steps, OverfitRun? earlier = null)
    {
        var losses = new List<double>(steps);
        if (earlier is not null) losses.AddRange(earlier.Losses);
        trial.Expect(steps - losses.Count);
        (double Loss, double Accuracy, Matrix? Predictions) seen = (double.NaN, double.NaN, null);
        while (losses.Count < steps)
        {
            losses.Add(trial.Step(batch));
            if (!double.IsFinite(losses[^1])) return new(losses, losses[^1], seen.Accuracy, Reached: false, InTrainingMode: false);
            if (losses.Count % Interval != 0 && losses.Count != steps) continue;
            using (trial.Evaluating()) seen = Look(trial, batch, goal, last: losses.Count == steps);
            if (goal.IsReached(seen.Loss, seen.Accuracy)) return new(losses, seen.Loss, seen.Accuracy, Reached: true, InTrainingMode: false) { Predictions = seen.Predictions };
            // A step's own loss is of the weights before it and costs nothing: a second look is worth a pass only where that is low enough.
            if (losses[^1] > goal.Below) continue;
            (double Loss, double Accuracy, Matrix? Predictions) training = Look(trial, batch, goal, last: false);
            if (goal.IsReached(training.Loss, training.Accuracy)) return new(losses, training.Loss, training.Accuracy, Reached: true, InTrainingMode: true) { Predictions = training.Predictions };
        }
        return new(losses, seen.Loss, seen.Accuracy, Reached: false, InTrainingMode: false) { Predictions = seen.Predictions };
    }

    // What was predicted as what is copied to the host once, where training ends.
    private static (double Loss, double Accuracy, Matrix? Predictions) Look(Trial trial, Batch batch, OverfitGoal goal, bool last)
    {
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        Tensors outputs = trial.Forward(batch.Inputs);
        double loss = trial.Loss(outputs, batch.Targets).ToDouble(), accuracy = goal.CountsRight ? LossProfile.Accuracy(trial.Setup, outputs[0], batch.Targets[0]) : double.NaN;
        bool ends = last || goal.IsReached(loss, accuracy);
        Matrix? predictions = !ends ? null
            : goal.CountsRight ? Confusion.Of(trial.Setup, outputs[0], batch.Targets[0])
            : goal.Profile.Kind == TargetKind.Numbers ? NumberConfusion.Of(outputs[0], batch.Targets[0])
            : null;
        return (loss, accuracy, predictions);
    }
}

using TrainingGuards.Decoding;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>What is wrong with an optimizer where another one learns: a rate that is too low or too high, or an eps above its gradients.</summary>
internal static class RateCauses
{
    // Of the size of a weight matrix: what a whole training moves it by at least, and a step by at most, the first and one after training. A thousandth is usual; Adam's first is of the size of its rate.
    private const double Little = 0.1, MuchAtFirst = 1, Much = 0.1, Hundredth = 0.01, Usual = 1e-8;

    /// <summary>The cause where another optimizer does better. In no open scope.</summary>
    /// <param name="trial">The trained trial.</param>
    /// <param name="batch">What it was trained on.</param>
    /// <param name="run">Its training.</param>
    /// <param name="travel">How far its weights came.</param>
    /// <param name="better">What the other one did, in words.</param>
    /// <param name="arrives">Whether this training is on its way to the goal: then another that is faster says nothing against it.</param>
    public static Cause? Of(Trial trial, Batch batch, OverfitRun run, WeightTravel travel, string better, bool arrives)
    {
        string rates = Rates(trial), steps = Numbers.Text(run.Losses.Count);
        double eps = OptimizerOption.Epsilon.Largest(trial.Optimizers), gradient = eps > 0 ? GradientSize(trial, batch) : 0;
        if (gradient > 0 && eps > gradient) return Drowned(better, eps, gradient);
        if (IsMuch(travel))
            return new($"{better}; at your learning rate of {rates} {InSteps(travel, run)}: it is too high", "lower the learning rate, by a factor of ten until the loss falls", "TG8006");
        if (arrives) return null;
        return travel.Moved < Little
            ? new($"{better}; at your learning rate of {rates} no weight matrix moves by more than {Numbers.Text(100 * travel.Moved)} % of its size in {steps} steps: it is too low", "raise the learning rate, by a factor of ten until the loss falls", "TG8006")
            : new($"{better}: it is the optimizer or its learning rate of {rates}", "start from Adam at 3e-4 to 1e-3, and change one thing at a time", "TG8006");
    }

    /// <summary>Whether an eps above the gradients is all that keeps the user's own optimizer from learning the examples; null where not. In no open scope.</summary>
    public static Cause? LargeEpsilon(Trial trial, Batch batch, ChangedTraining changed, OverfitRun run)
    {
        double eps = OptimizerOption.Epsilon.Largest(trial.Optimizers), gradient = eps > Usual ? GradientSize(trial, batch) : 0;
        if (!(gradient > 0 && eps > gradient)) return null;
        OverfitRun other = changed.Of(setup => ChangedTraining.WithOptimizers(setup, optimizers => OptimizerOption.Epsilon.SetTo(optimizers, Usual)));
        return !changed.Helps(other) ? null : Drowned(
            $"with an eps of {Numbers.Text(Usual)} the same training {(other.Reached ? $"reaches {Numbers.Text(other.Loss)} in {Numbers.Text(other.Losses.Count)} steps" : $"comes to {Numbers.Text(other.Loss)}")}, yours is at {Numbers.Text(run.Loss)} after {Numbers.Text(run.Losses.Count)}", eps, gradient);
    }

    /// <summary>Whether steps are so large that a lower rate is worth trying, and helps; null where not. In no open scope.</summary>
    public static Cause? TooHigh(Trial trial, ChangedTraining changed, OverfitRun run, WeightTravel travel)
    {
        if (!IsMuch(travel)) return null;
        OverfitRun slower = changed.Of(setup => ChangedTraining.WithOptimizers(setup, optimizers => ChangedTraining.AtRate(optimizers, Hundredth)));
        return !changed.Helps(slower) ? null : new(
            $"at your learning rate of {Rates(trial)} {InSteps(travel, run)}, and the loss is {Numbers.Text(run.Loss)}; at a hundredth of it the same training comes to {Numbers.Text(slower.Loss)}: it is too high",
            "lower the learning rate, by a factor of ten until the loss falls", "TG8006");
    }

    /// <summary>The learning rates of all groups, in words.</summary>
    public static string Rates(Trial trial) => string.Join(", ", LearningRates.Of(trial.Optimizers).Distinct().Select(Numbers.Text));

    private static bool IsMuch(WeightTravel travel) => travel.FirstStep > MuchAtFirst || travel.NextStep > Much;

    private static string InSteps(WeightTravel travel, OverfitRun run) =>
        $"the first step changes a weight matrix by {Numbers.Text(100 * travel.FirstStep)} % of its size, and one after {Numbers.Text(run.Losses.Count)} still by {Numbers.Text(100 * travel.NextStep)} %";

    private static Cause Drowned(string better, double eps, double gradient) => new(
        $"{better}; the optimizer's eps of {Numbers.Text(eps)} is {Numbers.Text(eps / gradient)} times its gradients of {Numbers.Text(gradient)}, in root mean square, and makes steps smaller by about that, as a lower learning rate does",
        "leave eps at 1e-8; 1e-4 in half precision");

    // Of the untrained model: what the optimizer begins with.
    private static double GradientSize(Trial trial, Batch batch)
    {
        using Trial fresh = trial.Again();
        _ = fresh.Optimizers;
        using IDisposable scope = fresh.Scope();
        Tensor loss = fresh.MeasuredLoss(batch);
        Tensor[] gradients = [.. fresh.Gradients(loss, [.. fresh.Model.parameters().Where(parameter => parameter.requires_grad)], ones_like(loss)).OfType<Tensor>().Where(gradient => !gradient.is_sparse)];
        double numbers = gradients.Sum(gradient => (double)gradient.numel());
        return numbers > 0 ? Math.Sqrt(gradients.Sum(gradient => gradient.to(ScalarType.Float64).square().sum().ToDouble()) / numbers) : 0;
    }
}

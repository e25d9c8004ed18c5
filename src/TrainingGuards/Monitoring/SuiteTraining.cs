using TrainingGuards.Decoding;
using TrainingGuards.Trials;

namespace TrainingGuards.Monitoring;

/// <summary>Watches some steps of the user's own step on a trial, each of them looked into.</summary>
internal static class SuiteTraining
{
    // A pass over examples that stay the same costs a third of a step.
    private const int PredictionsEvery = 5;

    public static Findings Of(Trial trial, DynamicsCheck check)
    {
        Action? stepping = null;
        // Gradients are there, and weights those of the loss, where an optimizer begins its update.
        using Trial watched = trial.Again(setup => setup with { Optimizer = null, OptimizerFor = null, Optimizers = model => [.. SetupValidation.BuildOptimizers(trial.Setup, model).Select(own => WatchedOptimizer.Of(own, _ => Stepping()))] });
        void Stepping() => stepping?.Invoke();
        var training = new WatchedTraining(watched.Model, watched.Optimizers, watched.Schedulers) { TotalSteps = check.Steps, ScheduledBy = trial.Setup.ScheduledBy, HasFixedExamples = true };
        Watch watch = check.Begin(training);
        trial.Expect(check.Steps);
        using var parameters = new ParameterStatistics(watched.Model);
        Batch? probe = watch.Wants.HasFlag(Detail.Predictions) ? FixedExamples.Of(watched) : null;
        using var predictions = new PredictionStatistics(watched.Model, probe?.Targets, trial.Setup.IgnoreIndex);
        using LastInputs? inputs = watch.Wants.HasFlag(Detail.Origin) ? new(watched.Model) : null;
        bool originTold = false;
        for (int step = 1; step <= check.Steps; step++)
        {
            Batch batch = watched.PassingBatch();
            using LayerStatistics? layers = watch.Wants.HasFlag(Detail.Activations) ? new(watched.Model) : null;
            IReadOnlyList<ParameterSample>? read = null;
            Func<double, NonFiniteOrigin>? origin = null;
            IReadOnlyList<double> rates = LearningRates.Of(watched.Optimizers);
            stepping = () =>
            {
                if (!watch.Wants.HasFlag(Detail.Parameters) || read is not null) return;
                read = parameters.Read();
                parameters.Keep();
                if (read.Any(one => !one.GradientIsFinite || !one.WeightIsFinite)) Explain(step);
            };
            // Those of the weights before the step, as the monitor's: the first are the untrained model's.
            IReadOnlyList<PredictionSample>? said = probe is null || step % PredictionsEvery != 1 ? null : predictions.Read(() => watched.Forward(probe.Inputs));
            double loss = watched.Step(batch);
            if (!double.IsFinite(loss)) Explain(step);
            watch.See(new StepSample(step, loss, rates)
            {
                Parameters = read,
                Activations = layers?.Read(),
                Predictions = said,
                Origin = origin?.Invoke(loss),
                Examples = batch.Size,
            });

            // Before the update weights are still those of the pass. The loss is known when the user's step returns.
            void Explain(int at)
            {
                if (inputs is null || originTold) return;
                originTold = true;
                origin = NonFinitePass.Of(watched.Model, inputs.Value, at, watched.Forward, read ?? parameters.Read());
            }
        }
        return watch.Findings(finished: true);
    }
}

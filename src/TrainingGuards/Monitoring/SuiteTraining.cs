using TrainingGuards.Trials;

namespace TrainingGuards.Monitoring;

/// <summary>Watches some steps of the user's own step on a trial, each of them looked into.</summary>
internal static class SuiteTraining
{
    public static Findings Of(Trial trial, DynamicsCheck check)
    {
        Action? stepping = null;
        // Gradients are there, and weights those of the loss, where an optimizer begins its update.
        using Trial watched = trial.Again(setup => setup with { Optimizer = null, OptimizerFor = null, Optimizers = model => [.. SetupValidation.BuildOptimizers(trial.Setup, model).Select(own => new WatchedOptimizer(own, _ => Stepping()))] });
        void Stepping() => stepping?.Invoke();
        var training = new WatchedTraining(watched.Model, watched.Optimizers, watched.Schedulers) { TotalSteps = check.Steps, ScheduledBy = trial.Setup.ScheduledBy };
        Watch watch = check.Begin(training);
        using var parameters = new ParameterStatistics(watched.Model);
        Tensors? probe = watch.Wants.HasFlag(Detail.Predictions) ? watched.Batch.First(64).Inputs : null;
        for (int step = 1; step <= check.Steps; step++)
        {
            Batch batch = watched.NextBatch();
            using LayerStatistics? layers = watch.Wants.HasFlag(Detail.Activations) ? new(watched.Model) : null;
            IReadOnlyList<ParameterSample>? read = null;
            IReadOnlyList<double> rates = LearningRates.Of(watched.Optimizers);
            stepping = () =>
            {
                if (!watch.Wants.HasFlag(Detail.Parameters) || read is not null) return;
                read = parameters.Read();
                parameters.Keep();
            };
            double loss = watched.Step(batch);
            watch.See(new StepSample(step, loss, rates)
            {
                Parameters = read,
                Activations = layers?.Read(),
                Predictions = probe is null ? null : FixedPredictions.Of(watched, probe),
                Examples = batch.Size,
            });
        }
        return watch.Findings(finished: true);
    }
}

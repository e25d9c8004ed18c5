namespace TrainingGuards.Monitoring;

/// <summary>What is known of one training step.</summary>
/// <param name="Step">Its number, counted from 1.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="LearningRates">The learning rate of each parameter group, of all optimizers in order.</param>
public sealed record StepSample(long Step, double Loss, IReadOnlyList<double> LearningRates)
{
    /// <summary>Each trainable parameter; null where the step was not looked into.</summary>
    public IReadOnlyList<ParameterSample>? Parameters { get; init; }

    /// <summary>Each module that was called, in order; null where the step was not looked into.</summary>
    public IReadOnlyList<ActivationSample>? Activations { get; init; }

    /// <summary>What each output says of the examples that stay the same; null where the step was not looked into or there are none.</summary>
    public IReadOnlyList<PredictionSample>? Predictions { get; init; }

    /// <summary>Where the first number that is not finite comes from; null where all are finite, or another step told.</summary>
    public NonFiniteOrigin? Origin { get; init; }

    /// <summary>The norm ‖g‖₂ of all gradients together as the user reported it before clipping; null where it was not reported.</summary>
    public double? NormBeforeClipping { get; init; }

    /// <summary>The epoch that the step belongs to, counted from 1; 0 where the user does not tell.</summary>
    public int Epoch { get; init; }

    /// <summary>How many examples the step was made on; 0 where that is not known.</summary>
    public long Examples { get; init; }
}

namespace TrainingGuards.Monitoring;

/// <summary>What is read in the steps that are looked into.</summary>
[Flags]
public enum Detail
{
    /// <summary>Loss and learning rates alone, which every step has.</summary>
    Loss = 0,

    /// <summary>Weights, gradients and updates of each parameter.</summary>
    Parameters = 1,

    /// <summary>What each module takes and returns.</summary>
    Activations = 2,

    /// <summary>What the outputs say of some examples that stay the same.</summary>
    Predictions = 4,

    /// <summary>Where the first number that is not finite comes from, in the step that has it.</summary>
    Origin = 8,
}

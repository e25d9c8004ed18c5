namespace TrainingGuards;

/// <summary>When a check is worth its cost.</summary>
public enum Suite
{
    /// <summary>Before any training, at each change: data, initialisation and wiring, together under 60 training-step equivalents.</summary>
    Preflight,

    /// <summary>Before a long training: some hundred steps.</summary>
    Fit,

    /// <summary>Now and then: several trainings.</summary>
    Deep,
}

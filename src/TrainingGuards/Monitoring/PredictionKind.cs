namespace TrainingGuards.Monitoring;

/// <summary>What an output says of each example or position.</summary>
public enum PredictionKind
{
    /// <summary>One of several classes.</summary>
    Class,

    /// <summary>Yes or no, for each of its columns.</summary>
    YesOrNo,

    /// <summary>Numbers.</summary>
    Numbers,
}

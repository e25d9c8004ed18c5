namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a loop certainly does with its batches.</summary>
internal enum BatchUse
{
    Unknown,

    /// <summary>In each round a backward() starts from what was computed from the batch, and an optimizer steps in the loop.</summary>
    Training,

    /// <summary>A model is measured on them, and nothing is trained.</summary>
    Evaluation,
}

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What says that an axis is the batch.</summary>
internal enum BatchEvidence
{
    /// <summary>The code keeps it apart from the features of an example: flatten(1), view(-1, 784), view(x.shape[0], -1).</summary>
    KeptApart,

    /// <summary>A layer that normalises over it: BatchNorm.</summary>
    Normalized,

    /// <summary>A DataLoader or a batch of TrainingGuards that stacks examples along it.</summary>
    Stacked,
}

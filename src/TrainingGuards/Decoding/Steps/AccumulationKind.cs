namespace TrainingGuards.Decoding;

/// <summary>What the gradient of a step is made of its batches by.</summary>
internal enum AccumulationKind
{
    /// <summary>It is in the direction of the mean over all examples, and no longer than that.</summary>
    Mean,

    /// <summary>It is the sum of the batches' means.</summary>
    Sum,

    /// <summary>It is divided by their number twice.</summary>
    DividedTwice,

    /// <summary>It is the mean of the batches' means, which counts their examples unequally.</summary>
    MeanOfMeans,

    /// <summary>It is the gradient of one of them alone.</summary>
    OneAlone,

    /// <summary>It is longer than the mean by no number that says why.</summary>
    Longer,

    /// <summary>It is none of these.</summary>
    Unknown,
}

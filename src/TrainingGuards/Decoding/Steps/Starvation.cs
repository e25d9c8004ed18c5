namespace TrainingGuards.Decoding;

/// <summary>Why a normalisation sees one value for each mean.</summary>
internal enum Starvation
{
    /// <summary>The batch has as few examples as that.</summary>
    SmallBatch,

    /// <summary>The batch has more, and something before it takes the batch apart.</summary>
    BatchTakenApart,

    /// <summary>It normalises within an example, and that gives it one value.</summary>
    WithinExample,
}

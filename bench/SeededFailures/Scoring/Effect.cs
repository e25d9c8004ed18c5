namespace SeededFailures.Scoring;

/// <summary>What a planted failure does to its program.</summary>
internal enum Effect
{
    /// <summary>Not measured yet.</summary>
    Unmeasured,

    /// <summary>Something throws: nobody overlooks it.</summary>
    Loud,

    /// <summary>The metric is no worse, or not noticeably.</summary>
    Benign,

    /// <summary>The metric is worse; or too good, where that is the failure's harm.</summary>
    Harmful,
}

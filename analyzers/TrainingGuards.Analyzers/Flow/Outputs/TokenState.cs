namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a tensor inside of a model has to do with the tokens that the model is given.</summary>
internal enum TokenState
{
    /// <summary>It may be anything made of them: other positions, a summary, a corrupted copy.</summary>
    Unknown,

    /// <summary>Nothing: positions, masks, parameters.</summary>
    Unrelated,

    /// <summary>It is the tokens.</summary>
    Tokens,

    /// <summary>At each position stands what certainly tells the token of that position.</summary>
    Shown,

    /// <summary>The same, through fewer numbers than the embedding has: what is computed from that may be a reconstruction.</summary>
    Narrowed,
}

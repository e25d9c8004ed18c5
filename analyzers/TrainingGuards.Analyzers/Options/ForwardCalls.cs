namespace TrainingGuards.Analyzers.Options;

/// <summary>Which calls of forward ForwardInsteadOfCall reports.</summary>
internal enum ForwardCalls
{
    /// <summary>Those of modules that certainly have a hook.</summary>
    Hooked,

    /// <summary>All, so that a hook can be added to any module later.</summary>
    All,
}

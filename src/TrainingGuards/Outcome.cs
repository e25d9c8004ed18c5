namespace TrainingGuards;

/// <summary>What a check found.</summary>
public enum Outcome
{
    /// <summary>The claim holds: something was measured, all of it lies within bounds, and the controls show that the check can see.</summary>
    Holds,

    /// <summary>A measurement lies outside its bound.</summary>
    Broken,

    /// <summary>The check cannot tell: a control failed, nothing was measured, or there are too few examples.</summary>
    Inconclusive,

    /// <summary>The claim does not concern this setup.</summary>
    NotApplicable,

    /// <summary>The check did not run to its end: the setup lacks what it needs, or something threw.</summary>
    Crashed,
}

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What the gradients of an optimizer's parameters hold.</summary>
internal enum GradientState
{
    /// <summary>Whatever they held when the body began, or the optimizer was made.</summary>
    Inherited,

    /// <summary>Zeros, or nothing.</summary>
    Zero,

    /// <summary>What a backward() added, and no step has used.</summary>
    Fresh,

    /// <summary>What a step has used already.</summary>
    Used,

    Unknown,
}

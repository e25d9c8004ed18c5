namespace TrainingGuards.Decoding;

/// <summary>Why a parameter stands still.</summary>
internal enum Standstill
{
    /// <summary>Numbers in it are NaN or infinite.</summary>
    NotFinite,

    /// <summary>No optimizer group holds it.</summary>
    NotOptimized,

    /// <summary>The loss does not depend on it by its gradient.</summary>
    NoGradient,

    /// <summary>Its gradient is exactly zero after every step.</summary>
    ZeroGradient,

    /// <summary>The learning rate of its group is zero.</summary>
    ZeroRate,

    /// <summary>The update is lost in rounding.</summary>
    LostInRounding,

    /// <summary>It has a gradient and a rate, and is put back.</summary>
    PutBack,
}

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The mode of a module, which decides what Dropout and BatchNorm do.</summary>
internal enum ModuleMode
{
    /// <summary>Whatever it was when the body began.</summary>
    Inherited,

    Training,

    Evaluating,

    Unknown,
}

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a step of making a module does to what the module will have registered.</summary>
internal enum ConstructionKind
{
    /// <summary>A field or auto-property gets a value.</summary>
    Assign,

    /// <summary>Something is added to a ModuleList, ModuleDict or Sequential that a member holds.</summary>
    Add,

    /// <summary>RegisterComponents: from here on a member's new value is not registered.</summary>
    Register,

    /// <summary>The user registers by hand, or something runs that may do so.</summary>
    ByHand,
}

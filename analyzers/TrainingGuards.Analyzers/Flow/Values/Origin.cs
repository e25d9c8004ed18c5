using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The operations that may have made a value: all of them, or unknown.</summary>
internal readonly struct Origin(ImmutableArray<IOperation> operations)
{
    private readonly ImmutableArray<IOperation> _operations = operations;

    public static Origin Unknown => default;

    public bool IsUnknown => _operations.IsDefaultOrEmpty;

    /// <summary>Whether it came in from outside: no operation of this body made it.</summary>
    public bool IsNone => !IsUnknown && _operations.All(operation => operation is IParameterReferenceOperation or IInstanceReferenceOperation);

    /// <summary>Every operation that may have made it, one on most paths; a parameter's reference where the value came in by it.</summary>
    public ImmutableArray<IOperation> Operations => IsUnknown ? ImmutableArray<IOperation>.Empty : _operations;

    /// <summary>The operation that certainly made it, null where several may have.</summary>
    public IOperation? Single => !IsUnknown && _operations.Length == 1 ? _operations[0] : null;
}

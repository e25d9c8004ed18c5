using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>An element of a tuple that a call gives: <c>x.max(1).values</c>, or <c>best</c> of <c>var (best, _) = x.max(1)</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct TupleElement(IOperation tuple, int index)
{
    public IOperation Tuple { get; } = tuple;

    /// <summary>Its place in the tuple, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Reads a reference to an element, null for anything else.</summary>
    public static TupleElement? From(IOperation value, MethodBody body)
    {
        if (value.WithoutConversion() is IFieldReferenceOperation { Instance: { Type: INamedTypeSymbol { IsTupleType: true } type } tuple, Field: var field })
        {
            // The same element has two names: its own, and Item1.
            return new TupleElement(tuple, type.TupleElements.ToList().FindIndex(element => TorchSymbols.Same(Plain(element), Plain(field))));
        }
        if (body.Provenance?.Definition(value) is not { Value: null, Syntax: { } declared } || declared.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { } assignment
            || body.Model.GetOperation(assignment) is not IDeconstructionAssignmentOperation { Target: var target, Value: { } given })
        {
            return null;
        }
        ITupleOperation? targets = (target is IDeclarationExpressionOperation { Expression: var expression } ? expression : target) as ITupleOperation;
        int index = targets?.Elements.ToList().FindIndex(element => element.Syntax.Span.Contains(declared.Span)) ?? -1;
        return index >= 0 ? new TupleElement(given, index) : null;
    }

    private static IFieldSymbol Plain(IFieldSymbol element) => element.CorrespondingTupleField ?? element;
}

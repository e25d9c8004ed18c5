using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>An element of a tuple: <c>x.max(1).values</c>, <c>gru.call(x).Item1</c>, or <c>best</c> of <c>var (best, _) = x.max(1)</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct TupleElement(IOperation tuple, int index)
{
    public IOperation Tuple { get; } = tuple;

    /// <summary>Its place in the tuple, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Reads a reference to an element, null for anything else.</summary>
    public static TupleElement? From(IOperation value, MethodBody body)
    {
        switch (value.WithoutConversion())
        {
            case IFieldReferenceOperation { Instance: { Type: INamedTypeSymbol { IsTupleType: true } type } tuple, Field: var field }:
                return new TupleElement(tuple, type.TupleElements.ToList().FindIndex(element => TorchSymbols.Same(Plain(element), Plain(field))));
            case IPropertyReferenceOperation { Instance: { Type: { Name: "Tuple", ContainingNamespace.Name: "System" } } tuple, Property.Name: { Length: 5 } name }
                when name.StartsWith("Item", StringComparison.Ordinal):
                return new TupleElement(tuple, name[4] - '1');
            case ILocalReferenceOperation local when body.Provenance?.Definition(local) is { Value: null, Syntax: { } declared }:
                return Deconstructed(declared, body);
            case ILocalReferenceOperation local when body.Provenance?.Definition(local)?.Value?.WithoutConversion() is (IFieldReferenceOperation or IPropertyReferenceOperation) and var part:
                return From(part, body);
            default:
                return null;
        }
    }

    /// <summary>The call that gives the tuple, null where it is not one alone.</summary>
    public IInvocationOperation? CallIn(MethodBody body) => body.Provenance?.Trace(Tuple).Single as IInvocationOperation;

    private static TupleElement? Deconstructed(SyntaxNode declared, MethodBody body)
    {
        if (declared.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { } assignment
            || body.Model.GetOperation(assignment) is not IDeconstructionAssignmentOperation { Target: var target, Value: { } given })
        {
            return null;
        }
        ITupleOperation? targets = (target is IDeclarationExpressionOperation { Expression: var expression } ? expression : target) as ITupleOperation;
        int index = targets?.Elements.ToList().FindIndex(element => element.Syntax.Span.Contains(declared.Span)) ?? -1;
        return index >= 0 ? new TupleElement(given, index) : null;
    }

    // The same element has two names: its own, and Item1.
    private static IFieldSymbol Plain(IFieldSymbol element) => element.CorrespondingTupleField ?? element;
}

using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One part of the tuple that a call gives: <c>output</c> in <c>var (output, state) = gru.call(x)</c>, or <c>gru.call(x).Item1</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct TupleElement
{
    private TupleElement(IInvocationOperation call, int index) => (Call, Index) = (call, index);

    public IInvocationOperation Call { get; }

    /// <summary>Its place, from 0.</summary>
    public int Index { get; }

    /// <summary>The call and place of a value, null where it is no part of what one call gives.</summary>
    public static TupleElement? Of(IOperation value, MethodBody body)
    {
        switch (value.WithoutConversion())
        {
            case ILocalReferenceOperation reference when body.Provenance?.Definition(reference) is { Value: null, Syntax: { } target }:
                return Deconstructed(target, body);
            case IFieldReferenceOperation { Instance: { Type.IsTupleType: true } tuple, Field: var field }:
                return Made(tuple, PlaceOf(field, (INamedTypeSymbol)tuple.Type!), body);
            case IPropertyReferenceOperation { Instance: { Type: { Name: "Tuple", ContainingNamespace.Name: "System" } } tuple, Property.Name: { Length: 5 } name } when name.StartsWith("Item", StringComparison.Ordinal):
                return Made(tuple, name[4] - '1', body);
            case ILocalReferenceOperation reference when body.Provenance?.Definition(reference)?.Value?.WithoutConversion() is (IFieldReferenceOperation or IPropertyReferenceOperation) and var part:
                return Of(part, body);
            default:
                return null;
        }
    }

    private static int PlaceOf(IFieldSymbol field, INamedTypeSymbol tuple) => tuple.TupleElements
        .Select((element, place) => TorchSymbols.Same(element, field) || TorchSymbols.Same(element.CorrespondingTupleField, field.CorrespondingTupleField) ? place : -1).Max();

    private static TupleElement? Made(IOperation tuple, int index, MethodBody body) =>
        index >= 0 && body.Provenance?.Trace(tuple).Single is IInvocationOperation call ? new TupleElement(call, index) : null;

    private static TupleElement? Deconstructed(SyntaxNode target, MethodBody body)
    {
        if (target.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { } assignment
            || body.Model.GetOperation(assignment) is not IDeconstructionAssignmentOperation { Value: var value } deconstruction
            || value.WithoutConversion() is not IInvocationOperation call)
        {
            return null;
        }
        IOperation targets = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        if (targets is ITupleOperation tuple)
        {
            for (int i = 0; i < tuple.Elements.Length; i++)
            {
                if (tuple.Elements[i].Syntax == target || (tuple.Elements[i] is IDeclarationExpressionOperation { Expression: var declared } && declared.Syntax == target))
                {
                    return new TupleElement(call, i);
                }
            }
        }
        return null;
    }
}

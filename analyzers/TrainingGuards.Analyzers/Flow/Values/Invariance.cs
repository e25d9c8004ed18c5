using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether an expression certainly has the same value each time: what it is computed from is not changed.</summary>
internal static class Invariance
{
    /// <summary>Whether it is in every round of a loop.</summary>
    public static bool IsInvariant(IOperation value, SyntaxNode loop, MethodBody body, TorchProgram program) => IsInvariant(value, program, variable =>
        variable.DeclaringSyntaxReferences.All(declaration => declaration.SyntaxTree == loop.SyntaxTree && !(loop.Span.Contains(declaration.Span) && variable is ILocalSymbol))
        && !body.Locals.Of(variable).Any(mention => LocalUses.IsWritten(mention) && loop.Span.Contains(mention.Syntax.Span)));

    /// <summary>Whether it is whenever it is computed: it is made of constants, and of members that only a constructor sets.</summary>
    public static bool IsConstant(IOperation value, TorchProgram program) => IsInvariant(value, program, _ => false);

    private static bool IsInvariant(IOperation value, TorchProgram program, Func<ISymbol, bool> isKept) => value switch
    {
        { ConstantValue.HasValue: true } => true,
        IConversionOperation conversion => IsInvariant(conversion.Operand, program, isKept),
        IParenthesizedOperation parenthesized => IsInvariant(parenthesized.Operand, program, isKept),
        IUnaryOperation unary => IsInvariant(unary.Operand, program, isKept),
        IBinaryOperation binary => IsInvariant(binary.LeftOperand, program, isKept) && IsInvariant(binary.RightOperand, program, isKept),
        ILocalReferenceOperation { IsDeclaration: false, Local: var local } => isKept(local),
        IParameterReferenceOperation { Parameter: var parameter } => isKept(parameter),
        IInstanceReferenceOperation => true,
        IFieldReferenceOperation field => (field.Instance is null || IsInvariant(field.Instance, program, isKept)) && IsSetOnce(field.Field, program),
        IPropertyReferenceOperation { Arguments.IsEmpty: true } property => (property.Instance is null || IsInvariant(property.Instance, program, isKept))
            && IsStored(property.Property) && IsSetOnce(property.Property, program),
        _ => false,
    };

    private static bool IsStored(IPropertySymbol property) => property.ContainingType.OriginalDefinition.GetMembers().OfType<IFieldSymbol>()
        .Any(field => TorchSymbols.Same(field.AssociatedSymbol, property.OriginalDefinition));

    private static bool IsSetOnce(ISymbol member, TorchProgram program) => member is IFieldSymbol { IsReadOnly: true } or IFieldSymbol { IsConst: true }
        || program.References.Of(member).All(reference => !LocalUses.IsWritten(reference)
            || reference.Parent?.Parent is IObjectOrCollectionInitializerOperation
            || program.Bodies.Around(reference.Syntax)?.Owner is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor });
}

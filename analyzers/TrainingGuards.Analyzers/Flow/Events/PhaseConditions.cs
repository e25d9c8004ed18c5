using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// Whether something that is decided beforehand, as whether this run trains or evaluates, may keep an event from happening:
/// <c>if (isTraining) loss.backward();</c>. What depends on the batch itself or on a count does not.
/// </summary>
internal static class PhaseConditions
{
    private const int Depth = 4;

    /// <param name="step">The event.</param>
    /// <param name="around">The loop, or the whole body, in which it is to happen.</param>
    /// <param name="body">The body that it stands in.</param>
    /// <param name="present">What is known to hold something: whether it is null decides nothing.</param>
    public static bool MayDecide(SyntaxNode step, SyntaxNode around, MethodBody body, ISymbol? present = null) =>
        Conditions(step, around).Concat(JumpsBefore(step, around).SelectMany(jump => Conditions(jump, around)))
            .Any(condition => body.Model.GetOperation(condition) is not { } operation
                || (!IsNullCheck(operation, present) && MayBePhase(operation, around, body, Depth)));

    private static bool IsNullCheck(IOperation condition, ISymbol? present) => present is not null && !condition.DescendantsAndSelf().Any(part => part is IInvocationOperation)
        && condition.DescendantsAndSelf().Where(part => part is ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation).ToList() is { Count: 1 } named
        && TorchSymbols.Same(named[0].Symbol()?.OriginalDefinition, present.OriginalDefinition);

    private static IEnumerable<SyntaxNode> JumpsBefore(SyntaxNode step, SyntaxNode around) => around
        .DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) || node == around)
        .Where(node => node is ContinueStatementSyntax or BreakStatementSyntax { Parent: not SwitchSectionSyntax } or ReturnStatementSyntax or GotoStatementSyntax && node.Span.End <= step.SpanStart);

    // What a condition decides is what stands in its branches.
    private static IEnumerable<ExpressionSyntax> Conditions(SyntaxNode node, SyntaxNode around)
    {
        SyntaxNode inner = node;
        for (SyntaxNode? outer = node.Parent; outer is not null && inner != around; inner = outer, outer = outer.Parent)
        {
            ExpressionSyntax? condition = outer switch
            {
                IfStatementSyntax choice when inner != choice.Condition => choice.Condition,
                ConditionalExpressionSyntax choice when inner != choice.Condition => choice.Condition,
                SwitchSectionSyntax { Parent: SwitchStatementSyntax choice } => choice.Expression,
                SwitchExpressionArmSyntax { Parent: SwitchExpressionSyntax choice } => choice.GoverningExpression,
                ConditionalAccessExpressionSyntax access when inner == access.WhenNotNull => access.Expression,
                WhileStatementSyntax loop when inner == loop.Statement => loop.Condition,
                ForStatementSyntax { Condition: { } test } loop when inner == loop.Statement => test,
                BinaryExpressionSyntax both when inner == both.Right && (both.IsKind(SyntaxKind.LogicalAndExpression)
                    || both.IsKind(SyntaxKind.LogicalOrExpression) || both.IsKind(SyntaxKind.CoalesceExpression)) => both.Left,
                _ => null,
            };
            if (condition is not null && outer != around)
            {
                yield return condition;
            }
        }
    }

    private static bool MayBePhase(IOperation condition, SyntaxNode around, MethodBody body, int depth)
    {
        foreach (IOperation part in condition.DescendantsAndSelf())
        {
            bool isPhase = part switch
            {
                ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation =>
                    !IsOwner(part) && (RootOf(part) is ILocalReferenceOperation { Local: var local } && IsDeclaredIn(local, around)
                        ? depth > 0 && IsFlag(part, body) && body.Locals.OnlyValueOf(local) is { } value && around.Span.Contains(value.Syntax.Span) && MayBePhase(value, around, body, depth - 1)
                        : IsFlag(part, body)),
                IInvocationOperation call => !Visibility.IsOfFramework(call.TargetMethod) && !IsOfTensor(call.TargetMethod.ContainingType, body) && IsFlag(call, body),
                IDynamicMemberReferenceOperation or IDynamicInvocationOperation or IInvalidOperation => true,
                _ => false,
            };
            if (isPhase)
            {
                return true;
            }
        }
        return false;
    }

    // What a member is read from is judged by the member: model.training, options.MaxSteps.
    private static bool IsOwner(IOperation reference) => reference.Parent is IMemberReferenceOperation member && member.Instance == reference;

    private static IOperation RootOf(IOperation value)
    {
        while (true)
        {
            switch (value)
            {
                case IMemberReferenceOperation { Instance: { } instance }:
                    value = instance;
                    break;
                case IInvocationOperation { Instance: { } instance }:
                    value = instance;
                    break;
                case IArrayElementReferenceOperation { ArrayReference: var array }:
                    value = array;
                    break;
                case IConversionOperation { Operand: var operand }:
                    value = operand;
                    break;
                default:
                    return value;
            }
        }
    }

    // A count is compared with a bound; a phase is a bool, a name, an optimizer that is there or not.
    private static bool IsFlag(IOperation reference, MethodBody body) => reference.Type is not { } type || (IsNumber(type)
        ? reference.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } or IIsPatternOperation or null
        : !IsOfTensor(type, body) && !IsCancellation(type) && !(reference is IMemberReferenceOperation { Member.ContainingType: { } owner } && IsCancellation(owner)));

    private static bool IsOfTensor(ITypeSymbol? type, MethodBody body) => TorchSymbols.Of(body.Model.Compilation)?.IsTensor(type) == true;

    private static bool IsCancellation(ITypeSymbol type) => type is { Name: "CancellationToken" or "CancellationTokenSource", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };

    private static bool IsNumber(ITypeSymbol type) => type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;

    private static bool IsDeclaredIn(ISymbol local, SyntaxNode around) =>
        local.DeclaringSyntaxReferences.All(declaration => declaration.SyntaxTree == around.SyntaxTree && around.Span.Contains(declaration.Span));
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Variables in which a loop keeps the best of its scores: <c>if (score > best) best = score;</c></summary>
internal static class BestScores
{
    /// <summary>The first such variable of a loop, null where there is none.</summary>
    public static ISymbol? In(IOperation loop) => loop.Descendants().OfType<ISimpleAssignmentOperation>()
        .Where(assignment => assignment.Target.Symbol() is { } best && assignment.Value.Symbol() is { } score && !TorchSymbols.Same(best, score)
            && loop.Descendants().OfType<IBinaryOperation>().Any(test => Compares(test, best, score)))
        .Select(assignment => assignment.Target.Symbol()).FirstOrDefault();

    private static bool Compares(IBinaryOperation test, ISymbol best, ISymbol score) =>
        test.OperatorKind is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual
        && ((Mentions(test.LeftOperand, best) && Mentions(test.RightOperand, score)) || (Mentions(test.LeftOperand, score) && Mentions(test.RightOperand, best)));

    // loss < best - tolerance
    private static bool Mentions(IOperation side, ISymbol variable) => side.DescendantsAndSelf().Any(part => TorchSymbols.Same(part.Symbol(), variable));
}

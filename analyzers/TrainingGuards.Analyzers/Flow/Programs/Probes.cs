using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Code that may be run to see whether it throws or how long it takes, and not for what it computes.</summary>
internal static class Probes
{
    /// <summary>Whether a statement may be such a probe; what cannot be told may be.</summary>
    public static bool MayBe(IExpressionStatementOperation statement, MethodBody body, TorchProgram program) =>
        IsTried(statement) || IsTimed(statement) || IsRepeatedInVain(statement) || IsGivenAway(statement, body, program)
        || body.Outermost.Owner is not IMethodSymbol method || IsRunByFramework(method) || IsHandedOver(method, program);

    // try { x.cuda(); return true; } catch { return false; }
    private static bool IsTried(IOperation statement) => statement.Parent is IBlockOperation { Parent: ITryOperation { Catches.IsEmpty: false } around } block
        && around.Body == block && block.Operations.Length - block.Operations.IndexOf(statement) <= 2;

    private static bool IsTimed(IOperation statement)
    {
        IOperation outer = statement;
        while (outer.Parent is ILoopOperation || (outer.Parent is IBlockOperation { Operations.Length: 1 } block && block.Parent is ILoopOperation))
        {
            outer = outer.Parent;
        }
        return outer.Syntax is StatementSyntax timed && Neighbours(timed).Any(beside => statement.SemanticModel is { } model
            && beside.DescendantNodesAndSelf().OfType<ExpressionSyntax>().Any(part => IsStopwatch(model.GetTypeInfo(part).Type)));
    }

    private static bool IsStopwatch(ITypeSymbol? type) => type is { Name: "Stopwatch" } && Visibility.IsOfFramework(type);

    private static IEnumerable<StatementSyntax> Neighbours(StatementSyntax statement)
    {
        List<StatementSyntax> list = [.. statement.Parent switch
        {
            BlockSyntax block => block.Statements,
            SwitchSectionSyntax section => section.Statements,
            GlobalStatementSyntax { Parent: CompilationUnitSyntax unit } => unit.Members.OfType<GlobalStatementSyntax>().Select(global => global.Statement),
            _ => Enumerable.Empty<StatementSyntax>(),
        }];
        int index = list.IndexOf(statement);
        return list.Where((_, i) => index >= 0 && Math.Abs(i - index) == 1);
    }

    // for (int i = 0; i < 100; i++) { x.matmul(y); } does the same over and over.
    private static bool IsRepeatedInVain(IOperation statement)
    {
        IOperation? outer = statement.Parent;
        return outer is IBlockOperation { Operations.Length: 1 } or ILoopOperation
            && (outer as ILoopOperation ?? outer.Parent as ILoopOperation) is { } loop
            && !statement.Descendants().OfType<ILocalReferenceOperation>().Any(use => loop.Locals.Contains(use.Local, SymbolEqualityComparer.Default));
    }

    // Assert.Throws(() => x.view(3)), whoever Assert is.
    private static bool IsGivenAway(IOperation statement, MethodBody body, TorchProgram program)
    {
        for (IOperation? outer = statement.Parent; outer is not null; outer = outer.Parent)
        {
            if ((outer is IAnonymousFunctionOperation && !IsRunInSight(Created(outer), body, program))
                || (outer is ILocalFunctionOperation { Symbol: var function } && IsHandedOver(function, program)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsHandedOver(IMethodSymbol method, TorchProgram program) =>
        program.References.Of(method).Any(mention => mention is IMethodReferenceOperation && !IsGivenToLibrary(Created(mention)));

    private static bool IsRunInSight(IOperation created, MethodBody body, TorchProgram program) => IsGivenToLibrary(created)
        || created.Parent is IEventAssignmentOperation
        || (created.Parent is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } run && run.Instance == created)
        || (created.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var name } }
            && body.Locals.Of(name).All(mention => mention.Parent is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } || IsGivenToLibrary(mention)));

    // list.ForEach(x => …), Task.Run(() => …), optimizer.step(() => …)
    private static bool IsGivenToLibrary(IOperation created) => created.Parent is IArgumentOperation { Parameter.ContainingSymbol: var called }
        && (Visibility.IsOfFramework(called) || called.ContainingNamespace is { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true });

    private static IOperation Created(IOperation function)
    {
        while (function.Parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
        {
            function = function.Parent;
        }
        return function;
    }

    // Tests and benchmarks are marked so.
    private static bool IsRunByFramework(IMethodSymbol method) => method.GetAttributes().Any(attribute => attribute.AttributeClass is not { } mark || !Visibility.IsOfFramework(mark));
}

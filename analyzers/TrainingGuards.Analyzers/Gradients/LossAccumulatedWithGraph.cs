using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1007: a running total of losses keeps the graph of each of them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LossAccumulatedWithGraph() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.LossAccumulatedWithGraph,
        nameof(LossAccumulatedWithGraph),
        "A running total keeps the graph of every loss in it",
        "'{0}' keeps the graph of every '{1}' that is added to it, so memory grows with each iteration. Add it without its history, by detach() or item().",
        "A tensor that is the sum of others refers to all that they were computed from.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (Sum(operation.Operation, torch) is not null)
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
                else if (LossHistory.Addition(operation.Operation, torch) is not null)
                {
                    AnalyzeList(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.CompoundAssignment,
            OperationKind.SimpleAssignment,
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        SyntaxNode syntax = context.Operation.Syntax;
        if (program.Bodies.Around(syntax) is not { } body || body.Model.GetOperation(syntax) is not { } addition
            || Sum(addition, program.Torch) is not ({ } total, { } term)
            || Loops.Around(syntax, body.Root.Syntax).FirstOrDefault() is not { } loop
            || Variable(term, program.Torch) is not { } loss
            || GradientMode.IsOff(addition, program.Torch)
            || BackwardOf(loss, loop, body) is not { } backward
            || !IsOnlyReadOut(total, loop, body, program))
        {
            return;
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, term.Syntax.GetLocation(), [backward.Syntax.GetLocation()], total.Name, loss.Name()));
    }

    private static void AnalyzeList(OperationContext context, TorchProgram program)
    {
        SyntaxNode syntax = context.Operation.Syntax;
        if (program.Bodies.Around(syntax) is not { } body || LossHistory.Addition(body.Model.GetOperation(syntax), program.Torch) is not ({ } list, { } term)
            || Variable(term, program.Torch) is not { } loss || GradientMode.IsOff(term, program.Torch)
            || BackwardOf(loss, loop: null, body) is not { } backward || !LossHistory.Grows(list, term, body, program))
        {
            return;
        }
        context.ReportDiagnostic(Diagnostic.Create(Descriptor, term.Syntax.GetLocation(), [backward.Syntax.GetLocation()], list.Name, loss.Name()));
    }

    /// <summary>The running total and what is added to it: <c>total += loss</c>, <c>total = total + loss</c>, <c>total.add_(loss)</c>.</summary>
    private static (ISymbol Total, IOperation Term)? Sum(IOperation operation, TorchSymbols torch)
    {
        (IOperation? total, IOperation? term) = operation switch
        {
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Target: var target, Value: var added } => (target, added),
            ISimpleAssignmentOperation { Target: var target, Value: IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, LeftOperand: var left, RightOperand: var right } } =>
                IsSame(left, target) ? (target, right) : IsSame(right, target) ? (target, left) : default,
            ISimpleAssignmentOperation { Target: var target, Value: IInvocationOperation { TargetMethod.Name: "add" } call } when TensorCall.From(call, torch) is { } add =>
                IsSame(add.Input, target) ? (target, add.Argument("target", "right", "other")) : default,
            IInvocationOperation { TargetMethod.Name: "add_" } call when TensorCall.From(call, torch) is { } add => (add.Input, add.Argument("target", "right", "other")),
            _ => default((IOperation?, IOperation?)),
        };
        return total?.Symbol() is (ILocalSymbol or IFieldSymbol) and var symbol && term is not null && torch.IsTensor(total.Type) && torch.IsTensor(term.WithoutConversion().Type)
            ? (symbol, term.WithoutConversion())
            : null;
    }

    private static bool IsSame(IOperation one, IOperation other) => one.Symbol() is { } symbol && TorchSymbols.Same(symbol, other.Symbol());

    /// <summary>The variable whose history a value has: itself, scaled or averaged.</summary>
    private static IOperation? Variable(IOperation term, TorchSymbols torch) => term.WithoutConversion() switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation => term.WithoutConversion(),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } scaled =>
            torch.IsTensor(scaled.LeftOperand.WithoutConversion().Type) ? Variable(scaled.LeftOperand, torch)
            : torch.IsTensor(scaled.RightOperand.WithoutConversion().Type) ? Variable(scaled.RightOperand, torch) : null,
        var call when TensorCall.From(call, torch) is { Name: "mean" or "sum" or "mul" or "div" or "to" or "cpu" or "cuda" or "squeeze" or "clone" or "alias"
            or "DetachFromDisposeScope" or "MoveToOuterDisposeScope" } made => Variable(made.Input, torch),
        _ => null,
    };

    /// <summary>A backward() of the same value, in the same loop where one is given: then it certainly has a history.</summary>
    private static IOperation? BackwardOf(IOperation loss, StatementSyntax? loop, MethodBody body) => body.Provenance is { } provenance
        && provenance.Definition(loss) is { IsEntry: false } definition
            ? body.Locals.Of(definition.Symbol).FirstOrDefault(mention =>
                mention.Parent is IInvocationOperation { TargetMethod.Name: "backward" } call && call.Instance == mention
                && (loop is null || Loops.Around(mention.Syntax, body.Root.Syntax).Contains(loop)) && provenance.Definition(mention) == definition)?.Parent
            : null;

    /// <summary>Whether the total is made before the loop, and nothing becomes of it but numbers.</summary>
    private static bool IsOnlyReadOut(ISymbol total, StatementSyntax loop, MethodBody body, TorchProgram program)
    {
        if (total is IFieldSymbol && (total.DeclaredAccessibility != Accessibility.Private || Visibility.IsOpen(total, program.Compilation)))
        {
            return false;
        }
        bool isInside = total.DeclaringSyntaxReferences.Any(declaration => loop.SyntaxTree == declaration.SyntaxTree && loop.Span.Contains(declaration.Span));
        IEnumerable<IOperation> mentions = total is ILocalSymbol ? body.Locals.Of(total) : program.References.Of(total);
        return !isInside && mentions.All(mention => mention.Parent switch
        {
            ISimpleAssignmentOperation assignment when assignment.Target == mention => !loop.Span.Contains(mention.Syntax.Span) || Sum(assignment, program.Torch) is not null,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } compound when compound.Target == mention => true,
            IInvocationOperation { TargetMethod.Name: "add_", Parent: IExpressionStatementOperation } call when call.Instance == mention => true,
            ILocalReferenceOperation or IVariableDeclaratorOperation => true,
            _ => program.Bodies.Around(mention.Syntax) is { } user && OutputUses.Of(mention, user, program) is { Backward: null, Escapes: false },
        });
    }
}

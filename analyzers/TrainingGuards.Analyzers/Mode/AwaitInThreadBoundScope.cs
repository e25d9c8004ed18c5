using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2004: tensors are computed on another thread than the one that a gradient mode or a dispose scope was opened on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AwaitInThreadBoundScope() : TorchAnalyzer(Descriptor)
{
    private const int Depth = 3;

    // Their message loop brings the rest of an async method back to the thread that it began on.
    private static readonly string[] MessageLoops =
        ["System.Windows.Forms.Control", "System.Windows.Threading.Dispatcher", "Microsoft.UI.Dispatching.DispatcherQueue", "Avalonia.Threading.Dispatcher"];

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.AwaitInThreadBoundScope,
        nameof(AwaitInThreadBoundScope),
        "A scope that belongs to one thread is left for another",
        "'{0}()' holds for the thread that opened it, and {1}. {2}.",
        "Gradient modes and dispose scopes are kept by thread: on another one gradients are recorded and nothing is disposed of, and the first keeps the mode.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        bool returns = MessageLoops.Any(type => context.Compilation.GetTypeByMetadataName(type) is not null);
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (ThreadBoundScope.Of(call, torch) is not null)
                {
                    Analyze(operation, call, returns, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);
    }

    private static void Analyze(OperationContext context, IInvocationOperation call, bool returns, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || body.Model.GetOperation(call.Syntax) is not IInvocationOperation creation
            || ThreadBoundScope.Of(creation, program.Torch) is not { } scope)
        {
            return;
        }
        var inside = scope.Extent.SelectMany(OwnOperations).ToList();
        foreach (IOperation operation in inside)
        {
            (string Fact, string Cure)? crossing = operation switch
            {
                IAwaitOperation wait when !returns && !IsCompleted(wait.Operation) && Resumes(wait) =>
                    ("after this 'await' tensors are computed on another", "Await before it is opened or after it is closed"),
                IForEachLoopOperation { IsAsynchronous: true } loop when !returns && OwnOperations(loop.Body).Any(part => Uses(part, scope, body, program, Depth)) =>
                    ("the body of this 'await foreach' computes tensors on another", "Open it inside of the loop"),
                IReturnOperation { Kind: OperationKind.YieldReturn, ReturnedValue: { } value } when HoldsTensor(value.WithoutConversion().Type, program.Torch) =>
                    ("this 'yield' leaves it open in the code of whoever enumerates", "Close it before the 'yield'"),
                IInvocationOperation or IObjectCreationOperation when Offloaded(operation, scope, body, program) is { } name =>
                    ($"what '{name}' runs computes tensors on another", "Open it inside of what runs there"),
                _ => null,
            };
            if (crossing is { } found)
            {
                SyntaxNode place = operation is IForEachLoopOperation { Collection: var enumerated } ? enumerated.Syntax : operation.Syntax;
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, place.GetLocation(), [call.Syntax.GetLocation()], call.TargetMethod.Name, found.Fact, found.Cure));
                return;
            }
        }

        bool Resumes(IAwaitOperation wait) => inside.Exists(later => later != wait && Uses(later, scope, body, program, Depth)
            && Continuation.CanReach(wait.Syntax, later.Syntax, call.Syntax, body));
    }

    /// <summary>The operations that run in a statement itself, not in a function that it makes.</summary>
    private static IEnumerable<IOperation> OwnOperations(IOperation operation)
    {
        var next = new Stack<IOperation>();
        next.Push(operation);
        while (next.Count > 0)
        {
            IOperation current = next.Pop();
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                continue;
            }
            yield return current;
            foreach (IOperation child in current.ChildOperations.Reverse())
            {
                next.Push(child);
            }
        }
    }

    /// <summary>Whether an operation is what the scope is there for: a forward pass that must not be recorded, or a tensor that is left to be disposed of.</summary>
    private static bool Uses(IOperation operation, ThreadBoundScope scope, MethodBody body, TorchProgram program, int depth)
    {
        if (operation is IInvocationOperation call && (scope.StopsGradients ? EventVocabulary.IsForward(call, program.Torch) : MakesTensor(call, program.Torch)))
        {
            return true;
        }
        return depth > 0 && operation is IInvocationOperation or IObjectCreationOperation && program.Events.CalleeOf(operation, body.Locals) is { } callee
            && program.Bodies.Of(callee) is { } inner && Uses(inner, scope, program, depth - 1);
    }

    private static bool Uses(MethodBody body, ThreadBoundScope scope, TorchProgram program, int depth) => body.Root.ChildOperations.SelectMany(OwnOperations).Any(operation =>
        Uses(operation, scope, body, program, depth)
        && !(scope.StopsGradients ? GradientMode.IsOff(operation, program.Torch) : ThreadBoundScope.Disposes(operation, program.Torch)));

    private static bool MakesTensor(IInvocationOperation call, TorchSymbols torch) => torch.IsTensor(call.Type)
        && TorchSymbols.Same(call.TargetMethod.ContainingAssembly, torch.Tensor.ContainingAssembly)
        && call.TargetMethod.Name is not ("MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope" or "backward")
        && call.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Parent: IVariableDeclarationOperation { Parent: IVariableDeclarationGroupOperation { Parent: IUsingOperation or IUsingDeclarationOperation } } } };

    /// <summary>The method that runs a function elsewhere which the scope was meant for; null where it is none.</summary>
    private static string? Offloaded(IOperation call, ThreadBoundScope scope, MethodBody body, TorchProgram program) =>
        OffloaderOf(call) is { } name && CallBinding.ArgumentsOf(call).Any(argument =>
            EventGraphs.FunctionOf(argument.Value, body.Locals) is { } function && program.Bodies.Of(function) is { } inner && Uses(inner, scope, program, Depth))
            ? name
            : null;

    private static string? OffloaderOf(IOperation call) => call switch
    {
        IInvocationOperation { TargetMethod: { ContainingType: var type } method } when Visibility.IsOfFramework(method) => (type.Name, method.Name) switch
        {
            ("Task", "Run") or ("TaskFactory", "StartNew") or ("ThreadPool", "QueueUserWorkItem")
                or ("Parallel", "For" or "ForEach" or "Invoke" or "ForAsync" or "ForEachAsync") => $"{type.Name}.{method.Name}",
            ("ParallelEnumerable", _) => method.Name,
            _ => null,
        },
        IObjectCreationOperation { Constructor: { ContainingType.Name: "Thread" } constructor } when Visibility.IsOfFramework(constructor) => "Thread",
        _ => null,
    };

    private static bool IsCompleted(IOperation awaited) => awaited.WithoutConversion() switch
    {
        IPropertyReferenceOperation { Property.Name: "CompletedTask" } => true,
        IInvocationOperation { TargetMethod: { Name: "FromResult", ContainingType.Name: "Task" or "ValueTask" } } => true,
        _ => false,
    };

    private static bool HoldsTensor(ITypeSymbol? type, TorchSymbols torch) => torch.IsTensor(type) || type switch
    {
        IArrayTypeSymbol array => HoldsTensor(array.ElementType, torch),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(element => HoldsTensor(element.Type, torch)),
        _ => false,
    };
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3006: forward makes a layer, new on every pass.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LayerBuiltInForward() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the function that does the same as the layer, given the module's mode.</summary>
    internal const string Function = nameof(Function);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.LayerBuiltInForward,
        nameof(LayerBuiltInForward),
        "A layer is built in forward",
        "'{0}' is built in forward, so {1}. Build it in the constructor and keep it in a field.",
        "A layer is its weights and its mode: what is made in forward has new weights each time, and is in training mode.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (IsInForward(operation.ContainingSymbol, torch) && torch.IsModule(operation.Operation.Type) && !torch.IsLossModule(operation.Operation.Type))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static bool IsInForward(ISymbol symbol, TorchSymbols torch) =>
        symbol is IMethodSymbol { Name: "forward", IsOverride: true } method && torch.IsModule(method.ContainingType);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body
            || program.Bodies.ModelOf(context.Operation.Syntax.SyntaxTree).GetOperation(context.Operation.Syntax) is not { } creation
            || program.Values.Of(creation, body) is not { Length: 1 } made || made[0].Creation != creation || Consequence(made[0], program) is not { } consequence
            || IsGiven(creation, program.Torch) || !IsUsedUp(creation, body, program))
        {
            return;
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, creation.Syntax.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add(Function, FunctionOf(creation, made[0].Type, program.Torch)), made[0].Type.Name, consequence));
    }

    private static string? Consequence(ModuleValue made, TorchProgram program)
    {
        if (Layers.IsContainer(made.Type, program.Torch))
        {
            return null;
        }
        if (NewModule.Learns(made, program))
        {
            return "every pass has new random weights, which no optimizer knows";
        }
        return Layers.IsDropout(made.Type, program.Torch) && new Layer(made.Type, made.Creation).Number("p") is not 0
            ? "it drops values in evaluation as well"
            : null;
    }

    /// <summary>Whether it is made of weights or layers that are kept elsewhere.</summary>
    private static bool IsGiven(IOperation creation, TorchSymbols torch) => CallBinding.ArgumentsOf(creation).Any(argument =>
        torch.IsTensor(argument.Value.WithoutConversion().Type) || torch.IsParameter(argument.Value.WithoutConversion().Type) || torch.IsModule(argument.Value.WithoutConversion().Type));

    /// <summary>Whether the layer is applied and gone: it is not kept for the next pass, and nobody gives it weights.</summary>
    private static bool IsUsedUp(IOperation value, MethodBody body, TorchProgram program) => value.Parent switch
    {
        IConversionOperation or IParenthesizedOperation or IUsingOperation => IsUsedUp(value.Parent, body, program),
        IInvocationOperation call when call.Instance == value => call.TargetMethod.Name is "call" or "forward" or "to" or "train" or "Dispose",
        IArgumentOperation { Parent: IInvocationOperation moved } when Receiver.ReturnsItsModule(moved) => moved.Parent is IExpressionStatementOperation || IsUsedUp(moved, body, program),
        IArrayInitializerOperation list => IsInSequential(list, body, program),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => body.Locals.Of(local).All(mention => IsUsedUp(mention, body, program)),
        // A field that is filled on every pass, whether it was empty or not.
        ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: var member }, Parent: IExpressionStatementOperation { Parent: IBlockOperation { Parent: var outer } } } =>
            outer is IMethodBodyBaseOperation && !program.Registrations.IsByHand(member.ContainingType),
        _ => false,
    };

    // Sequential(Linear(4, 4), ReLU()).call(x)
    private static bool IsInSequential(IOperation list, MethodBody body, TorchProgram program)
    {
        IOperation? taker = list.Parent;
        while (taker is IConversionOperation or IArrayCreationOperation or IArgumentOperation)
        {
            taker = taker.Parent;
        }
        return taker is IInvocationOperation { Type: { } type } chain && Layers.IsSequential(type, program.Torch) && IsUsedUp(chain, body, program);
    }

    private static string? FunctionOf(IOperation creation, INamedTypeSymbol type, TorchSymbols torch)
    {
        bool isApplied = creation.Parent is IInvocationOperation { TargetMethod.Name: "call" or "forward", Arguments.Length: 1 };
        bool isPlain = CallBinding.ArgumentsOf(creation).All(argument => argument.ArgumentKind == ArgumentKind.DefaultValue || argument.Parameter?.Name == "p");
        return !isApplied || !isPlain || !Layers.IsDropout(type, torch) ? null : type.Name switch
        {
            "AlphaDropout" => "alpha_dropout",
            "FeatureAlphaDropout" => "feature_alpha_dropout",
            var name => name.ToLowerInvariant(),
        };
    }
}

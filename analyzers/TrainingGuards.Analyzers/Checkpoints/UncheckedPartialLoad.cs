using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>TG7002: weights are loaded as far as they fit, and nothing looks at how far that was.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UncheckedPartialLoad() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.UncheckedPartialLoad,
        nameof(UncheckedPartialLoad),
        "Weights are loaded in part, and nobody looks in which",
        "'{0}' with 'strict: false' leaves at random whatever the weights do not name, and nothing reads {1}. Load strictly, list what may be missing in 'skip', or check {1}.",
        "A name that is spelt otherwise in the file is no error then: its layer keeps the numbers that it was made with.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (WeightsLoad.IsNamed(call.TargetMethod.Name) && call.Arguments.Any(argument => argument.Parameter?.Name == "strict"
                    && argument.Value.ConstantValue is { HasValue: true, Value: false }))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || body.Model.GetOperation(context.Operation.Syntax) is not { } operation
            || WeightsLoad.From(operation, program) is not { } load || MayBeTrained(load, body, program))
        {
            return;
        }
        bool returnsKeys = load.Call.Type is { IsTupleType: true };
        if (returnsKeys ? IsDropped(load.Call, body) && !ComparesKeys(body, program) : load.Argument("loadedParameters") is not { } report || IsUnread(report, body))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, context.Operation.Syntax.GetLocation(), load.Name, returnsKeys ? "the keys that it returns" : "its 'loadedParameters'"));
        }
    }

    // Who trains on fills what was missing: a new head on a pretrained trunk.
    private static bool MayBeTrained(WeightsLoad load, MethodBody body, TorchProgram program) => InferenceOnly.Trains(program)
        && !(Receiver.Of(load.Module, body.Locals) is { } module && InferenceOnly.Is(module, body, program));

    private static bool IsDropped(IInvocationOperation call, MethodBody body) => call.Parent switch
    {
        IExpressionStatementOperation => true,
        ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => IsUnread(local, body),
        IConversionOperation { Parent: IDeconstructionAssignmentOperation keys } => keys.Parent is IExpressionStatementOperation && IsUnread(keys.Target, body),
        IDeconstructionAssignmentOperation keys => keys.Parent is IExpressionStatementOperation && IsUnread(keys.Target, body),
        _ => false,
    };

    private static bool IsUnread(IOperation holder, MethodBody body) => holder.WithoutConversion() switch
    {
        IDiscardOperation => true,
        IDeclarationExpressionOperation declaration => IsUnread(declaration.Expression, body),
        ITupleOperation tuple => tuple.Elements.All(element => IsUnread(element, body)),
        ILocalReferenceOperation local => IsUnread(local.Local, body),
        IObjectCreationOperation => true,
        _ => false,
    };

    // To hand it to loads is not to read it.
    private static bool IsUnread(ILocalSymbol local, MethodBody body) => body.Locals.Of(local).All(mention =>
        mention is ILocalReferenceOperation { IsDeclaration: true }
        || mention.Parent is IAssignmentOperation { Target: var target } && target == mention
        || mention.Parent is ITupleOperation { Parent: IDeconstructionAssignmentOperation }
        || mention.Parent is IArgumentOperation { Parameter.Name: "loadedParameters", Parent: IInvocationOperation { TargetMethod.Name: var name } } && WeightsLoad.IsNamed(name));

    /// <summary>Whether the keys of a state are looked at by hand.</summary>
    private static bool ComparesKeys(MethodBody body, TorchProgram program) => body.Outermost.Root.Descendants().Any(operation => operation switch
    {
        IInvocationOperation { TargetMethod.Name: "ContainsKey" or "TryGetValue" or "Remove", Instance: { } state } => IsState(state.Type, program),
        IPropertyReferenceOperation { Property.Name: "Keys" or "Count", Instance: { } state } => IsState(state.Type, program),
        _ => false,
    });

    private static bool IsState(ITypeSymbol? type, TorchProgram program) => type is INamedTypeSymbol { TypeArguments: { Length: 2 } arguments }
        && arguments[0].SpecialType == SpecialType.System_String && program.Torch.IsTensor(arguments[1]);
}

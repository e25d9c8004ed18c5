using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6005: the result of an operation that changes nothing is dropped, so the statement does nothing.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DiscardedTensorResult() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the variable that the result can be assigned to, where it is certain.</summary>
    internal const string Variable = nameof(Variable);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.DiscardedTensorResult,
        nameof(DiscardedTensorResult),
        "The result of a tensor operation is dropped",
        "The result of '{0}' is dropped, and '{1}' stays as it is. Assign the result{2}.",
        "A tensor's methods return another tensor; only those whose name ends in an underscore change the tensor itself.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var statement = (IExpressionStatementOperation)operation.Operation;
                if (Dropped(statement, torch) is { } call && Purity.IsPure(call, torch))
                {
                    Analyze(operation, statement, call, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.ExpressionStatement);

    private static void Analyze(OperationContext context, IExpressionStatementOperation statement, TensorCall call, TorchProgram program)
    {
        if (RootOf(call, program.Torch) is not { } root || program.Bodies.Around(call.Invocation.Syntax) is not { } body
            || !IsUsedElsewhere(root, body, program.Torch) || Probes.MayBe(statement, body, program))
        {
            return;
        }
        string inPlace = call.Method.Name + "_";
        bool hasInPlace = program.Torch.Tensor.GetMembers(inPlace).Any(member => member.DeclaredAccessibility == Accessibility.Public) && SharesMemory(call.Input, program.Torch);
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Invocation.Syntax.GetLocation(),
            ImmutableDictionary<string, string?>.Empty.Add(Variable, IsAssignable(statement, call, program.Torch) && (hasInPlace || IsSameInAnotherForm(call)) ? call.Input.Syntax.ToString() : null),
            call.Method.Name,
            root.Name(),
            hasInPlace ? $", or call '{inPlace}'" : ""));
    }

    private static TensorCall? Dropped(IExpressionStatementOperation statement, TorchSymbols torch) =>
        TensorCall.From(statement.Operation is IConditionalAccessOperation access ? access.WhenNotNull : statement.Operation, torch);

    /// <summary>The variable that an operation begins at; null where it begins at something that is run, such as a model or a factory.</summary>
    private static IOperation? RootOf(TensorCall call, TorchSymbols torch)
    {
        for (IOperation? value = call.Input; ;)
        {
            value = value?.WithoutConversion();
            switch (value)
            {
                case IInvocationOperation when TensorCall.From(value, torch) is { } inner:
                    value = inner.Input;
                    break;
                case IConditionalAccessInstanceOperation:
                    value = Accessed(value);
                    break;
                case IPropertyReferenceOperation { Instance: { } instance } when torch.IsTensor(instance.Type):
                    value = instance;
                    break;
                case ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation or IArrayElementReferenceOperation:
                    return value;
                default:
                    return null;
            }
        }
    }

    private static IOperation? Accessed(IOperation instance)
    {
        IOperation? outer = instance.Parent;
        while (outer is not (null or IConditionalAccessOperation))
        {
            outer = outer.Parent;
        }
        return (outer as IConditionalAccessOperation)?.Operation;
    }

    /// <remarks>A tensor that is made only to be dropped may be there to warm a device up.</remarks>
    private static bool IsUsedElsewhere(IOperation root, MethodBody body, TorchSymbols torch) => root is not ILocalReferenceOperation { Local: { IsForEach: false } local }
        || body.Locals.Of(local).Any(mention => !IsDroppedOrDisposed(mention, torch));

    private static bool IsDroppedOrDisposed(IOperation mention, TorchSymbols torch)
    {
        for (IOperation? outer = mention; outer is not null; outer = outer.Parent)
        {
            if (outer is IExpressionStatementOperation statement)
            {
                return statement.Operation is IInvocationOperation { TargetMethod.Name: "Dispose" } || (Dropped(statement, torch) is { } call && Purity.IsPure(call, torch));
            }
        }
        return false;
    }

    // What x.exp() gives is another tensor: to change that in place would be as much in vain.
    private static bool SharesMemory(IOperation input, TorchSymbols torch) => TensorCall.From(input.WithoutConversion(), torch) is not { } call
        || ((call.IsInPlace || call.Name is "view" or "t" or "transpose" or "permute" or "squeeze" or "unsqueeze" or "narrow" or "select" or "expand" or "detach") && SharesMemory(call.Input, torch));

    private static bool IsSameInAnotherForm(TensorCall call) => Layers.KeepsValues(call) || Activation.Of(call) is not null;

    /// <summary>Whether the result can be given back to the one tensor that it is made of.</summary>
    private static bool IsAssignable(IOperation statement, TensorCall call, TorchSymbols torch) =>
        statement.Syntax is ExpressionStatementSyntax && call.Invocation.Parent == statement
        && torch.IsTensor(call.Method.ReturnType) && torch.IsTensor(call.Input.Type)
        && (!call.Method.IsStatic || call.Method.Parameters.Count(parameter => torch.IsTensor(parameter.Type)) == 1)
        && call.Name is not ("eq" or "ne" or "gt" or "lt" or "ge" or "le")
        && call.Input switch
        {
            ILocalReferenceOperation { Local: var local } => !local.IsForEach && !local.IsUsing && !local.IsConst && local.RefKind != RefKind.RefReadOnly,
            IParameterReferenceOperation { Parameter: var parameter } => parameter.RefKind != RefKind.In,
            IFieldReferenceOperation { Field: { IsReadOnly: false }, Instance: null or IInstanceReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation } => true,
            IPropertyReferenceOperation { Arguments.IsEmpty: true, Property.SetMethod: { IsInitOnly: false }, Instance: null or IInstanceReferenceOperation } => true,
            IArrayElementReferenceOperation { Indices: { Length: 1 } indices } => indices[0] is ILocalReferenceOperation or IParameterReferenceOperation or ILiteralOperation,
            _ => false,
        };
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2005: a module calls a function that behaves differently in training, and does not say which it is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DropoutIgnoresMode() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if the function has a parameter for the mode.</summary>
    internal const string TakesMode = nameof(TakesMode);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.DropoutIgnoresMode,
        nameof(DropoutIgnoresMode),
        "A function of the mode is not told the module's mode",
        "'{0}' {1}. Pass '{2}'.",
        "Functions know nothing of train() and eval(): what they do depends on their arguments and defaults alone.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Functional) && torch.IsModule(operation.ContainingSymbol.ContainingType)
                    && !operation.ContainingSymbol.IsStatic && Consequence(call, torch) is { } consequence && !LooksAtMode(call, torch))
                {
                    bool takesMode = call.TargetMethod.Name != "scaled_dot_product_attention";
                    operation.ReportDiagnostic(Diagnostic.Create(
                        Descriptor,
                        call.Syntax.GetLocation(),
                        ImmutableDictionary<string, string?>.Empty.Add(TakesMode, takesMode ? "true" : null),
                        call.TargetMethod.Name,
                        consequence,
                        takesMode ? "training: training" : $"p: training ? {Argument(call, "p")!.Syntax} : 0"));
                }
            },
            OperationKind.Invocation);

    private static string? Consequence(IInvocationOperation call, TorchSymbols torch) => call.TargetMethod.Name switch
    {
        "dropout" or "dropout1d" or "dropout2d" or "dropout3d" => IsLeftOut(call, "training") && Argument(call, "p")?.Number() is not 0
            ? "drops values in evaluation as well, because its 'training' is true unless given" : null,
        "alpha_dropout" or "feature_alpha_dropout" => IsLeftOut(call, "training") && Argument(call, "p")?.Number() is not 0
            ? "never drops anything, because its 'training' is false unless given" : null,
        // Without weights that learn it may be frozen on purpose.
        "batch_norm" => IsLeftOut(call, "training") && new[] { "weight", "bias" }.Any(name => torch.IsParameter(Argument(call, name)?.WithoutConversion().Type))
            ? "never normalises by the batch, because its 'training' is false unless given" : null,
        "scaled_dot_product_attention" => Argument(call, "p")?.Number() > 0 ? "drops values in evaluation as well, because it applies 'p' in either mode" : null,
        _ => null,
    };

    private static bool IsLeftOut(IInvocationOperation call, string parameter) =>
        call.Arguments.Any(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind == ArgumentKind.DefaultValue);

    private static IOperation? Argument(IInvocationOperation call, string parameter) =>
        call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;

    /// <summary>Whether the code around may have looked at the mode, or at an option, before it came here.</summary>
    private static bool LooksAtMode(IInvocationOperation call, TorchSymbols torch)
    {
        IOperation inner = call;
        for (IOperation? outer = call.Parent; outer is not null; inner = outer, outer = outer.Parent)
        {
            switch (outer)
            {
                case IConditionalOperation conditional when conditional.Condition != inner && IsOpen(conditional.Condition, torch):
                case ISwitchOperation or ISwitchExpressionOperation or ICatchClauseOperation:
                // if (!training) return x;
                case IBlockOperation block when block.Operations.TakeWhile(statement => statement != inner).OfType<IConditionalOperation>()
                    .Any(statement => IsOpen(statement.Condition, torch) && statement.WhenTrue.DescendantsAndSelf().Any(part => part is IReturnOperation)):
                    return true;
            }
        }
        return false;
    }

    private static bool IsOpen(IOperation condition, TorchSymbols torch) => condition.DescendantsAndSelf().Any(part => part switch
    {
        IPropertyReferenceOperation { Property: { Name: "training", ContainingType: var type } } => torch.IsModule(type),
        IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation or ILocalReferenceOperation => part.Type?.SpecialType == SpecialType.System_Boolean,
        IInvocationOperation method => method.Type?.SpecialType == SpecialType.System_Boolean && !Visibility.IsOfFramework(method.TargetMethod),
        _ => false,
    });
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4005: a language model is to predict the very tokens that it is given.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TargetIsInput() : TorchAnalyzer(Descriptor)
{
    private const int Views = 16;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.TargetIsInput,
        nameof(TargetIsInput),
        "A model of tokens is to predict its own input",
        "'{0}' is the target of '{1}' and the input of '{2}', which sees at each position what it is to predict there. Predict the next token: leave out the last output and the first target.",
        "To copy is easier than to predict, and so the loss falls to zero and nothing is learned that is of any use.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => LossCall.MayBe(call, torch), Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation reported, TorchProgram program)
    {
        if (program.Bodies.Around(reported.Syntax) is not { } body || body.Model.GetOperation(reported.Syntax) is not IInvocationOperation call
            || LossCall.Of(call, program) is not { Kind: LossKind.CrossEntropy or LossKind.LogProbabilities } loss
            || Unviewed(loss.Input, body, program, isOutput: true) is not IInvocationOperation forward || !EventVocabulary.IsForward(forward, program.Torch)
            || Unviewed(loss.Target, body, program, isOutput: false) is not { } target)
        {
            return;
        }
        bool IsTarget(IOperation argument) => program.Torch.IsTensor(argument.Type) && Unviewed(argument, body, program, isOutput: false) is { } input && IsSame(input, target, body);
        if (forward.Arguments.Any(argument => IsTarget(argument.Value)) && new TokenVisibility(program).IsShown(forward, body, IsTarget))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, loss.Target.Syntax.GetLocation(), [forward.Syntax.GetLocation()], target.Name(), loss.Name, forward.Instance!.Name()));
        }
    }

    /// <summary>The call, variable or element of a variable that a tensor is a view of; null where some of its elements may be changed on the way.</summary>
    private static IOperation? Unviewed(IOperation tensor, MethodBody body, TorchProgram program, bool isOutput)
    {
        for (int views = 0; views < Views && body.Provenance is { } provenance; views++)
        {
            tensor = tensor.WithoutConversion();
            if (tensor.Symbol() is { } symbol && body.Locals.Of(symbol).Any(mention => MayChange(mention, program)))
            {
                return null;
            }
            IOperation? made = provenance.Trace(tensor).Single;
            if (TensorCall.From(made, program.Torch) is { } call && (TokenVisibility.KeepsPositions(call) || (isOutput && Activation.Of(call) is { IsSoftmax: true })))
            {
                tensor = call.Input;
            }
            else if (provenance.Definition(tensor)?.Value?.WithoutConversion() is (ILocalReferenceOperation or IParameterReferenceOperation) and var copied)
            {
                tensor = copied;
            }
            else
            {
                return made is IPropertyReferenceOperation || (isOutput && made is IInvocationOperation) ? made : tensor;
            }
        }
        return null;
    }

    /// <summary>Whether two reads are of one value: one definition of a variable, or one key of one dictionary.</summary>
    private static bool IsSame(IOperation one, IOperation other, MethodBody body) => (one, other) switch
    {
        (IPropertyReferenceOperation { Arguments: { Length: 1 } left } first, IPropertyReferenceOperation { Arguments: { Length: 1 } right } second) =>
            TorchSymbols.Same(first.Property, second.Property) && left[0].Value.ConstantValue is { HasValue: true, Value: { } key } && key.Equals(right[0].Value.ConstantValue.Value)
            && first.Instance is { } from && second.Instance is { } source && IsSame(from, source, body),
        _ => body.Provenance is { } provenance && provenance.Definition(one) is { } definition && definition == provenance.Definition(other),
    };

    // What a method of the user's is given, it may mask in place.
    private static bool MayChange(IOperation mention, TorchProgram program) => TokenVisibility.IsWrite(mention, program.Torch)
        || (mention.Parent is IArgumentOperation { Parent: IInvocationOperation call } && !EventVocabulary.IsForward(call, program.Torch)
            && !TorchSymbols.Same(call.TargetMethod.ContainingAssembly, program.Torch.Tensor.ContainingAssembly) && !Visibility.IsOfFramework(call.TargetMethod));
}

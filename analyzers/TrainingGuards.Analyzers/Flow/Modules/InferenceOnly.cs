using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether a module is certainly never trained, also in a program that trains others.</summary>
internal static class InferenceOnly
{
    public static bool Is(Receiver module, MethodBody body, TorchProgram program) => !Trains(program) || module switch
    {
        { Root: ILocalSymbol } => body.Outer is null && StaysHere(module, body, program),
        { Root: null, Path: { Length: 1 } path } when path[0] is IFieldSymbol { DeclaredAccessibility: Accessibility.Private } field =>
            program.References.Of(field).All(mention => IsOfInference(mention, program)),
        _ => false,
    };

    /// <summary>Whether the program steps an optimizer anywhere.</summary>
    public static bool Trains(TorchProgram program) => program.References.Named<IInvocationOperation>("step")
        .Any(call => EventVocabulary.KindOf(call, program.Torch) == EventKind.OptimizerStep);

    private static bool StaysHere(Receiver module, MethodBody body, TorchProgram program) => program.Events.Of(body) is { } graph
        && !ModuleEscapes.Has(module, body.Locals, program)
        && !Returns.Of(body).Any(value => program.Torch.IsModule(value.WithoutConversion().Type) && value.DescendantsAndSelf().Any(part => module.Equals(Receiver.Of(part, body.Locals))))
        && !graph.All.Any(step => program.Events.Reaches(step, EventKind.Training, body.Locals) != Answer.No);

    // What is only called, moved, loaded and put into a mode gives its parameters to nobody.
    private static bool IsOfInference(IOperation mention, TorchProgram program)
    {
        IOperation value = mention;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        return value.Parent switch
        {
            IInvocationOperation { TargetMethod.Name: "eval" or "Dispose" } call => call.Instance == value,
            IInvocationOperation call when call.Instance == value => EventVocabulary.IsForward(call, program.Torch) || WeightsLoad.IsNamed(call.TargetMethod.Name),
            IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation call } => (Receiver.ReturnsItsModule(call) && call.Parent is IExpressionStatementOperation)
                || WeightsLoad.From(call, program) is not null,
            IAssignmentOperation assignment => assignment.Target == value,
            IBinaryOperation or IIsPatternOperation => true,
            _ => false,
        };
    }
}

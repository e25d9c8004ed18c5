using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether two names certainly stand for modules that share nothing: each was made by itself, and neither was built into the other.</summary>
internal static class DistinctModules
{
    public static bool Are(Receiver one, Receiver other, MethodBody body, TorchProgram program) =>
        MadeBy(one, body, program) is { } first && MadeBy(other, body, program) is { } second && first != second
        && !Mentions(first) && !Mentions(second);

    private static IOperation? MadeBy(Receiver module, MethodBody body, TorchProgram program)
    {
        IReadOnlyList<IOperation?> values = module switch
        {
            { Root: ILocalSymbol local, Path.IsEmpty: true } => body.Locals.WritesOf(local),
            { Root: null, Path: { Length: 1 } path } when path[0] is IFieldSymbol or IPropertySymbol => program.Values.AssignedTo(path[0]),
            _ => [],
        };
        IOperation? made = values.Count == 1 ? values[0]?.WithoutConversion() : null;
        while (made is IInvocationOperation call && Receiver.ModuleGivenBack(call) is { } given)
        {
            made = given.WithoutConversion();
        }
        return made is IObjectCreationOperation or IInvocationOperation { TargetMethod.IsStatic: true } ? made : null;
    }

    // What is built of other modules may share one with them.
    private static bool Mentions(IOperation creation) => creation.DescendantsAndSelf().Any(part =>
        part is ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation or IInstanceReferenceOperation
        && part.Type is { IsReferenceType: true, SpecialType: not SpecialType.System_String });
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Tensors that are added to a list in each round of a loop, and that nothing takes out of it again.</summary>
internal static class LossHistory
{
    /// <summary>The list and what is added to it, null for any other operation.</summary>
    public static (ISymbol List, IOperation Term)? Addition(IOperation? operation, TorchSymbols torch) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Add" or "Enqueue" or "Push" or "AddLast" } method, Arguments: { Length: 1 } arguments, Instance: { } list }
        && torch.IsTensor(arguments[0].Value.WithoutConversion().Type) && Visibility.IsOfFramework(method) && list.Symbol() is (ILocalSymbol or IFieldSymbol) and var symbol
            ? (symbol, arguments[0].Value.WithoutConversion())
            : null;

    /// <summary>Whether a list grows with each round of a loop, and only numbers are made of what it holds.</summary>
    public static bool Grows(ISymbol list, IOperation term, MethodBody body, TorchProgram program)
    {
        var mentions = (list is ILocalSymbol ? body.Locals.Of(list) : program.References.Of(list)).ToList();
        bool isRead = mentions.Exists(mention => IsReadOut(mention, program.Torch));
        // What a scope disposes of grows nowhere; what is read later was not disposed of.
        return (isRead || OutlivesScope(term, program.Torch)) && mentions.TrueForAll(mention => IsHarmless(mention, body, program.Torch)) && IsRepeated(list, term, body, program);
    }

    private static bool IsRepeated(ISymbol list, IOperation term, MethodBody body, TorchProgram program)
    {
        if (Loops.Around(term.Syntax, body.Root.Syntax).FirstOrDefault() is { } loop)
        {
            return list is ILocalSymbol ? !list.DeclaringSyntaxReferences.Any(declaration => loop.Span.Contains(declaration.Span)) : IsPrivate(list, program);
        }
        return list is IFieldSymbol field && IsPrivate(field, program) && program.Events.Of(body) is { } graph
            && graph.All.FirstOrDefault(step => step.Syntax.Span.Contains(term.Syntax.Span) && step.Is(EventKind.Call)) is { } step
            && Repetition.InSight(step, graph, program).Any(repetition => repetition.IsUnconditional && (field.IsStatic || IsOneObject(repetition, program)));
    }

    private static bool IsPrivate(ISymbol field, TorchProgram program) => field.DeclaredAccessibility == Accessibility.Private && !Visibility.IsOpen(field, program.Compilation);

    // An object that each round makes anew has a list of its own.
    private static bool IsOneObject(Repetition repetition, TorchProgram program) => repetition.NameOf(Receiver.This, program) is { } holder && repetition.Outlives(holder);

    private static bool OutlivesScope(IOperation term, TorchSymbols torch) => TensorCall.From(term, torch) is { Name: "DetachFromDisposeScope" or "MoveToOuterDisposeScope" };

    // losses.Average(loss => loss.item<float>())
    private static bool IsReadOut(IOperation mention, TorchSymbols torch)
    {
        IOperation value = mention;
        while (value.Parent is IConversionOperation)
        {
            value = value.Parent;
        }
        return value.Parent is IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { Type: { } made, TargetMethod: { IsExtensionMethod: true } read } } && Visibility.IsOfFramework(read)
            && !Holds(made, torch);
    }

    private static bool Holds(ITypeSymbol type, TorchSymbols torch) => torch.IsTensor(type)
        || (type is IArrayTypeSymbol array && Holds(array.ElementType, torch)) || (type is INamedTypeSymbol named && named.TypeArguments.Any(argument => Holds(argument, torch)));

    private static bool IsHarmless(IOperation mention, MethodBody body, TorchSymbols torch) => mention.Parent switch
    {
        IInvocationOperation add when add.Instance == mention => Addition(add, torch) is not null,
        IPropertyReferenceOperation { Property.Name: "Count" } => true,
        IAssignmentOperation assignment when assignment.Target == mention => mention is ILocalReferenceOperation && !Loops.Around(mention.Syntax, body.Root.Syntax).Any(),
        _ => IsReadOut(mention, torch),
    };
}

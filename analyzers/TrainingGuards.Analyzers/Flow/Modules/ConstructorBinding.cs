using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which members an object keeps its constructor's arguments in: <c>new Trainer(model)</c> holds <c>model</c> in <c>_model</c>.</summary>
internal static class ConstructorBinding
{
    /// <summary>The members and arguments of the object that a method is called on, where a local holds it and holds nothing else.</summary>
    public static IEnumerable<(ISymbol Member, IOperation Value)> OfReceiver(IOperation call, TorchProgram program, LocalUses locals)
    {
        IOperation? instance = (call as IInvocationOperation)?.Instance;
        IOperation? made = instance is ILocalReferenceOperation local ? locals.OnlyValueOf(local.Local) : instance;
        return made is IObjectCreationOperation creation ? Of(creation, program) : [];
    }

    /// <summary>The members of a new object that hold an argument of its constructor, and nothing else as far as the constructor goes.</summary>
    public static IEnumerable<(ISymbol Member, IOperation Value)> Of(IObjectCreationOperation creation, TorchProgram program)
    {
        if (creation.Constructor is not { } constructor)
        {
            yield break;
        }
        foreach (IArgumentOperation argument in creation.Arguments)
        {
            if (argument.Parameter?.OriginalDefinition is { } parameter)
            {
                foreach (ISymbol member in HoldersOf(parameter, constructor, program))
                {
                    yield return (member, argument.Value);
                }
            }
        }
    }

    /// <summary>Every place that runs a constructor; empty where another constructor may run it by <c>this(…)</c> or <c>base(…)</c>.</summary>
    public static ImmutableArray<IOperation> CallsOf(IMethodSymbol constructor, TorchProgram program)
    {
        INamedTypeSymbol type = constructor.ContainingType.OriginalDefinition;
        return type.InstanceConstructors.Count(other => !other.IsImplicitlyDeclared) > 1 || program.Derived.Below(type).Any()
            ? ImmutableArray<IOperation>.Empty
            : program.References.Of(constructor);
    }

    /// <summary>The members that a constructor's parameter ends up in: fields it is assigned to, or itself if the constructor is primary.</summary>
    public static IEnumerable<ISymbol> HoldersOf(IParameterSymbol parameter, IMethodSymbol constructor, TorchProgram program)
    {
        if (Receiver.At(parameter) is { Root: null })
        {
            yield return parameter;
        }
        if (program.Bodies.Of(constructor) is { } body)
        {
            foreach (IOperation mention in body.Locals.Of(parameter))
            {
                if (mention.Parent is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: var member } } assignment
                    && assignment.Value == mention)
                {
                    yield return member.OriginalDefinition;
                }
            }
        }
        foreach (ISymbol member in constructor.ContainingType.OriginalDefinition.GetMembers())
        {
            if (member is IFieldSymbol or IPropertySymbol && program.Bodies.Initializer(member)?.Root is ISymbolInitializerOperation initializer
                && initializer.Value is IParameterReferenceOperation reference && TorchSymbols.Same(reference.Parameter, parameter))
            {
                yield return member.OriginalDefinition;
            }
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The layers of a Sequential, ModuleList or ModuleDict, as its creation spells them out, in order.</summary>
internal sealed class Architecture
{
    private Architecture(ImmutableArray<IOperation> elements, bool isComplete)
    {
        Elements = elements;
        IsComplete = isComplete;
    }

    /// <summary>The expressions of the layers; a named one without its name.</summary>
    public ImmutableArray<IOperation> Elements { get; }

    /// <summary>Whether these are all: no array or list from elsewhere is among them.</summary>
    public bool IsComplete { get; }

    /// <summary>Reads the layers that a creation lists.</summary>
    public static Architecture Of(IOperation creation, TorchSymbols torch)
    {
        var elements = ImmutableArray.CreateBuilder<IOperation>();
        bool isComplete = true;
        if (creation is IInvocationOperation call && IsAppend(call, torch))
        {
            Architecture before = call.Instance is { } instance ? Of(instance.WithoutConversion(), torch) : new Architecture(ImmutableArray<IOperation>.Empty, isComplete: false);
            elements.AddRange(before.Elements);
            elements.Add(call.Arguments[call.Arguments.Length - 1].Value.WithoutConversion());
            return new Architecture(elements.ToImmutable(), before.IsComplete);
        }
        if (creation is not (IInvocationOperation or IObjectCreationOperation))
        {
            return new Architecture(ImmutableArray<IOperation>.Empty, isComplete: false);
        }
        foreach (IArgumentOperation argument in CallBinding.ArgumentsOf(creation))
        {
            isComplete &= Read(argument.Value.WithoutConversion(), elements);
        }
        return new Architecture(elements.ToImmutable(), isComplete);
    }

    /// <summary>A call of append on a Sequential, which gives that Sequential back with one layer more.</summary>
    public static bool IsAppend(IInvocationOperation call, TorchSymbols torch) =>
        call.TargetMethod.Name == "append" && call.Instance is not null && Layers.IsSequential(call.TargetMethod.ContainingType, torch);

    private static bool Read(IOperation argument, ImmutableArray<IOperation>.Builder elements)
    {
        // A list that is given as a list: Sequential(new List<Module<Tensor, Tensor>> { … }).
        IEnumerable<IOperation>? values = ListedValues.ElementsOf(argument) ?? (argument is IObjectCreationOperation { Initializer: not null } ? ListedValues.In(argument) : null);
        foreach (IOperation value in values ?? [])
        {
            elements.Add(Unnamed(value));
        }
        return values is not null && ListedValues.IsComplete(argument);
    }

    // ("name", layer), Tuple.Create("name", layer)
    private static IOperation Unnamed(IOperation element) => element switch
    {
        ITupleOperation { Elements.Length: 2 } named => named.Elements[1].WithoutConversion(),
        IInvocationOperation { TargetMethod: { Name: "Create", ContainingType: { Name: "Tuple", ContainingNamespace.Name: "System" } }, Arguments.Length: 2 } named =>
            named.Arguments[1].Value.WithoutConversion(),
        IObjectCreationOperation { Type: { Name: "Tuple", ContainingNamespace.Name: "System" }, Arguments.Length: 2 } named => named.Arguments[1].Value.WithoutConversion(),
        _ => element,
    };
}

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
        if (argument is not IArrayCreationOperation { Initializer.ElementValues: var values })
        {
            return false;
        }
        foreach (IOperation value in values.Select(value => value.WithoutConversion()))
        {
            elements.Add(value is ITupleOperation { Elements.Length: 2 } named ? named.Elements[1].WithoutConversion() : value);
        }
        return true;
    }
}

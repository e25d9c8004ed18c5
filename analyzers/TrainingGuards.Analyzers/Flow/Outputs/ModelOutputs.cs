using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What the output of a model was last made by: followed through forward, Sequential, nested modules, locals and helper methods.</summary>
/// <remarks>Views, moves to a device and Dropout are seen through: they leave the values as they are.</remarks>
internal sealed class ModelOutputs(TorchProgram program)
{
    private const int Depth = 8;

    private static readonly ImmutableArray<OutputOperation> Unknown = ImmutableArray<OutputOperation>.Empty;

    private readonly ConcurrentDictionary<(MethodBody, int), ImmutableArray<OutputOperation>> _returned = new();
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<OutputOperation>>[] _passed =
        Enumerable.Range(0, Depth + 1).Select(_ => new ConcurrentDictionary<ISymbol, ImmutableArray<OutputOperation>>(SymbolEqualityComparer.Default)).ToArray();

    /// <summary>What a tensor was last made by, one operation a path; empty where one of the paths is unknown.</summary>
    public ImmutableArray<OutputOperation> Of(IOperation tensor, MethodBody body) => Of(tensor, body, Depth);

    private ImmutableArray<OutputOperation> Of(IOperation tensor, MethodBody body, int depth)
    {
        if (depth == 0 || body.Provenance?.Trace(tensor) is not { IsUnknown: false } origin || IsChangedInPlace(tensor, body))
        {
            return Unknown;
        }
        return Alike(origin.Operations, made => MadeBy(made, body, depth));
    }

    private ImmutableArray<OutputOperation> MadeBy(IOperation made, MethodBody body, int depth)
    {
        if (TensorCall.From(made, program.Torch) is { } call)
        {
            if (Layers.KeepsValues(call))
            {
                return Of(call.Input, body, depth - 1);
            }
            return ImmutableArray.Create(WithPrevious(new OutputOperation(made, Activation.Of(call), layer: null), call.Input, body, depth));
        }
        switch (made)
        {
            case IInvocationOperation forward when EventVocabulary.IsForward(forward, program.Torch):
                return OfForward(forward, body, depth);
            case IInvocationOperation { TargetMethod.MethodKind: not MethodKind.DelegateInvoke } helper:
                return program.Events.CalleeOf(helper, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner
                    ? OfReturned(inner, depth - 1)
                    : Unknown;
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed } when program.Torch.IsTensor(indexed.Type):
                return Of(indexed, body, depth - 1);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return OfArgument(parameter, depth);
            case IBinaryOperation or IUnaryOperation or ICompoundAssignmentOperation:
                return ImmutableArray.Create(new OutputOperation(made, activation: null, layer: null));
            default:
                return Unknown;
        }
    }

    private ImmutableArray<OutputOperation> OfForward(IInvocationOperation forward, MethodBody body, int depth)
    {
        ImmutableArray<ModuleValue> models = program.Values.Of(forward.Instance, body);
        string name = forward.Instance?.WithoutConversion().Symbol()?.Name ?? "Sequential";
        return All(models, model =>
        {
            ImmutableArray<OutputOperation> outputs = Of(model, forward.TargetMethod, depth - 1);
            bool isLayer = Layers.IsBuiltIn(model.Type, program.Torch) && !Layers.IsSequential(model.Type, program.Torch);
            return ImmutableArray.CreateRange(outputs, output => isLayer
                ? forward.Arguments.Length > 0 ? WithPrevious(output.At(forward), forward.Arguments[0].Value, body, depth) : output.At(forward)
                : output.Of(Layers.IsBuiltIn(model.Type, program.Torch) ? name : model.Type.Name));
        });
    }

    private OutputOperation WithPrevious(OutputOperation output, IOperation input, MethodBody body, int depth) =>
        output.Activation is { IsSoftmax: true } && Of(input, body, depth - 1) is { Length: 1 } before ? output.After(before[0]) : output;

    // Each caller is a path of its own, and each path that is known is certain.
    private ImmutableArray<OutputOperation> OfArgument(IParameterSymbol parameter, int depth) =>
        _passed[depth].GetOrAdd(parameter.OriginalDefinition, symbol => FindPassed((IParameterSymbol)symbol, depth));

    private ImmutableArray<OutputOperation> FindPassed(IParameterSymbol parameter, int depth)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method || depth <= 1)
        {
            return Unknown;
        }
        return program.References.Of(method).OfType<IInvocationOperation>()
            .SelectMany(call => call.Arguments
                .Where(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))
                .SelectMany(argument => program.Bodies.Around(call.Syntax) is { } caller ? Of(argument.Value, caller, depth - 2) : Unknown))
            .ToImmutableArray();
    }

    private ImmutableArray<OutputOperation> OfReturned(MethodBody body, int depth) => _returned.GetOrAdd((body, depth), key =>
        Alike(Returns.Of(key.Item1).ToImmutableArray(), returned => Of(returned, key.Item1, key.Item2)));

    private ImmutableArray<OutputOperation> Of(ModuleValue module, IMethodSymbol? forward, int depth)
    {
        if (depth <= 0)
        {
            return Unknown;
        }
        if (Layers.IsSequential(module.Type, program.Torch))
        {
            return module is { Creation: { } creation, Body: { } body, IsChanged: false } && Architecture.Of(creation, program.Torch) is { IsComplete: true } chain
                ? OfLast(chain.Elements, body, depth)
                : Unknown;
        }
        if (Layers.IsBuiltIn(module.Type, program.Torch))
        {
            return module is { Creation: { } made }
                ? ImmutableArray.Create(new OutputOperation(made, Activation.Of(module.Type, program.Torch), new Layer(module.Type, made)))
                : Unknown;
        }
        return ForwardMethods.Of(module, forward, program) is { } method && program.Bodies.Of(method) is { } definition ? OfReturned(definition, depth - 1) : Unknown;
    }

    private ImmutableArray<OutputOperation> OfLast(ImmutableArray<IOperation> elements, MethodBody body, int depth)
    {
        for (int i = elements.Length - 1; i >= 0; i--)
        {
            ImmutableArray<ModuleValue> modules = program.Values.Of(elements[i], body);
            if (modules.Length == 1 && Layers.KeepsValues(modules[0].Type, program.Torch))
            {
                continue;
            }
            ImmutableArray<OutputOperation> last = All(modules, module => Of(module, forward: null, depth - 1));
            return last.Length == 1 && last[0].Activation is { IsSoftmax: true } && last[0].Previous is null
                && OfLast(elements.RemoveRange(i, elements.Length - i), body, depth - 1) is { Length: 1 } before
                ? ImmutableArray.Create(last[0].After(before[0]))
                : last;
        }
        return Unknown;
    }

    // x.add_(y); as a statement changes x behind the back of its definition.
    private bool IsChangedInPlace(IOperation tensor, MethodBody body)
    {
        ISymbol? symbol = tensor.WithoutConversion() switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            _ => null,
        };
        return symbol is not null && body.Locals.Of(symbol).Any(mention => mention.Parent is IInvocationOperation { Parent: IExpressionStatementOperation } call
            && TensorCall.From(call, program.Torch) is { IsInPlace: true } change && change.Input == mention);
    }

    // What ends in an activation on some paths only, or in one of two, is made to: the loss may be chosen by the same condition.
    private static ImmutableArray<OutputOperation> Alike<T>(ImmutableArray<T> paths, Func<T, ImmutableArray<OutputOperation>> of)
    {
        ImmutableArray<OutputOperation> all = All(paths, of);
        return paths.Length > 1 && all.Any(output => output.Activation != all[0].Activation) ? Unknown : all;
    }

    private static ImmutableArray<OutputOperation> All<T>(ImmutableArray<T> paths, Func<T, ImmutableArray<OutputOperation>> of)
    {
        var all = ImmutableArray.CreateBuilder<OutputOperation>();
        foreach (T path in paths)
        {
            ImmutableArray<OutputOperation> one = of(path);
            if (one.IsEmpty)
            {
                return Unknown;
            }
            all.AddRange(one);
        }
        return all.ToImmutable();
    }
}

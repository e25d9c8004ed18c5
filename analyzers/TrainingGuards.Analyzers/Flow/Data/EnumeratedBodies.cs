using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What runs as a foreach goes over its collection: the method that makes it, the selectors of a Select, and the augmentation of examples.</summary>
internal sealed class EnumeratedBodies
{
    private const int Depth = 5;

    private readonly List<MethodBody> _once = [], _each = [];
    private readonly List<IInvocationOperation> _examples = [];
    private readonly TorchProgram _program;

    private EnumeratedBodies(TorchProgram program) => _program = program;

    /// <summary>What runs for each element.</summary>
    public IReadOnlyList<MethodBody> Each => _each;

    /// <summary>What runs at least once in each enumeration.</summary>
    public IReadOnlyList<MethodBody> Once => _once;

    /// <summary>Whether each enumeration draws an order from torch's generator: that of examples of TrainingGuards which are shuffled.</summary>
    public bool IsShuffled { get; private set; }

    /// <summary>The calls of <c>Examples.From</c> that made what is enumerated, where that is in sight.</summary>
    public IReadOnlyList<IInvocationOperation> Examples => _examples;

    /// <summary>Reads what a loop goes over.</summary>
    public static EnumeratedBodies Of(CommonForEachStatementSyntax loop, MethodBody body, TorchProgram program)
    {
        var bodies = new EnumeratedBodies(program);
        bodies.Read(body.Model.GetOperation(loop.Expression), body, Depth);
        return bodies;
    }

    /// <summary>Whether a loop computes gradients and steps an optimizer, itself or in what it calls, and no flag decides whether it does.</summary>
    public static bool IsTraining(StatementSyntax loop, EventGraph graph, TorchProgram program)
    {
        var inside = program.Called.In(loop, graph).Where(one => one.Is(EventKind.Training)).ToList();
        return inside.Exists(one => one.Is(EventKind.Backward)) && inside.Exists(one => one.Is(EventKind.OptimizerStep)) && inside.TrueForAll(one => one.Path.Select((link, i) =>
            !PhaseConditions.MayDecide(link.Step.Syntax, i == 0 ? loop : link.Graph.Body.Root.Syntax, link.Graph.Body)).All(certain => certain));
    }

    private void Read(IOperation? collection, MethodBody body, int depth)
    {
        IOperation? made = collection?.WithoutConversion() is ILocalReferenceOperation local ? body.Provenance?.Trace(local).Single?.WithoutConversion() : collection?.WithoutConversion();
        if (depth == 0 || made is not IInvocationOperation { TargetMethod: var method } call)
        {
            return;
        }
        if (method is { IsExtensionMethod: true, Name: "Select" or "SelectMany" or "Where" or "Zip" or "Take" or "Skip" } && Visibility.IsOfFramework(method))
        {
            foreach (IArgumentOperation argument in call.Arguments.Where(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate))
            {
                if (BodyOf(argument.Value, body) is { } selector)
                {
                    _each.Add(selector);
                }
            }
            Read(call.Arguments[0].Value, body, depth - 1);
        }
        else if (method.Name == "Epoch" && GuardTypes.IsExamples(method.ContainingType) && MakerOf(call.Instance, body) is var (examples, maker))
        {
            ReadExamples(examples, maker, depth);
        }
        else if (_program.Events.CalleeOf(call, body.Locals) is { } callee && _program.Bodies.Of(callee) is { } inner)
        {
            _once.Add(inner);
            ReadReturned(inner, depth);
        }
    }

    private (IInvocationOperation, MethodBody)? MakerOf(IOperation? examples, MethodBody body) =>
        LoaderCreation.MakerOf(examples, body, _program) is (IInvocationOperation made, var maker) && GuardTypes.IsExamples(made.TargetMethod.ContainingType) ? (made, maker) : null;

    private void ReadExamples(IInvocationOperation made, MethodBody maker, int depth)
    {
        if (made.TargetMethod.Name == "From")
        {
            ReadFrom(made, maker, depth);
        }
        // Examples that are augmented, or that it is said of how they are stored, are enumerated with those that they are made of.
        else if (depth > 0 && made.TargetMethod.Name is "Augmented" or "StoredAs" && MakerOf(made.Instance, maker) is var (inner, innerMaker))
        {
            if (made.TargetMethod.Name == "Augmented" && BodyOf(made.Arguments[0].Value, maker) is { } augment)
            {
                _each.Add(augment);
            }
            ReadExamples(inner, innerMaker, depth - 1);
        }
    }

    private void ReadFrom(IInvocationOperation from, MethodBody maker, int depth)
    {
        _examples.Add(from);
        foreach (IArgumentOperation argument in from.Arguments)
        {
            IsShuffled |= argument is { Parameter.Name: "shuffled", Value.ConstantValue: { HasValue: true, Value: true } };
            if (argument.Parameter?.Name == "epoch" && BodyOf(argument.Value, maker) is { } epoch)
            {
                _once.Add(epoch);
                ReadReturned(epoch, depth);
            }
        }
    }

    private void ReadReturned(MethodBody inner, int depth)
    {
        if (Returns.Of(inner).ToList() is { Count: 1 } returned)
        {
            Read(returned[0], inner, depth - 1);
        }
    }

    private MethodBody? BodyOf(IOperation function, MethodBody body) => EventGraphs.FunctionOf(function, body.Locals) is { } method ? _program.Bodies.Of(method) : null;
}

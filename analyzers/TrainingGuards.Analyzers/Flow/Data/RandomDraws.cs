using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What draws random numbers from torch's own generator.</summary>
internal static class RandomDraws
{
    private const int Depth = 3;

    /// <summary>
    /// The name of something that draws in a loop for what is then backpropagated: a function, or a layer of a model that is called there; null
    /// where nothing certainly does.
    /// </summary>
    public static string? ForTraining(StatementSyntax loop, EventGraph graph, TorchProgram program) => InSteps(loop, graph, program) ?? InEnumerations(loop, graph, program);

    /// <summary>The name of something that draws in a body after an event of it, null where nothing certainly does.</summary>
    public static string? After(TorchEvent start, EventGraph graph, TorchProgram program) => graph.All.Where(step => step != start && graph.CanReachNormally(start, step, _ => false))
        .SelectMany(step => program.Called.Of(step, graph)).Select(one => NameOf(one.Step, one.Path[one.Path.Length - 1].Graph, program)).FirstOrDefault(name => name is not null);

    private static string? InSteps(StatementSyntax loop, EventGraph graph, TorchProgram program) => program.Called.In(loop, graph)
        .Select(one => one.Path[one.Path.Length - 1])
        .Where(link => NameOf(link.Step, link.Graph, program) is not null && link.Graph.Body.Model.GetOperation(link.Step.Syntax) is { } drawing
            && OutputUses.Of(drawing, link.Graph.Body, program).Backward is not null)
        .Select(link => NameOf(link.Step, link.Graph, program)).FirstOrDefault();

    /// <summary>What draws as a training loop goes over its batches: it is this loop, in a longer one, or stands in it.</summary>
    private static string? InEnumerations(StatementSyntax loop, EventGraph graph, TorchProgram program)
    {
        foreach (CommonForEachStatementSyntax each in loop.DescendantNodesAndSelf(node => node is not AnonymousFunctionExpressionSyntax and not LocalFunctionStatementSyntax).OfType<CommonForEachStatementSyntax>())
        {
            if (!EnumeratedBodies.IsTraining(each, graph, program))
            {
                continue;
            }
            var enumerated = EnumeratedBodies.Of(each, graph.Body, program);
            bool isRepeated = each != loop || Loops.Around(each, graph.Body.Root.Syntax).FirstOrDefault() is { } outer && !FreshStarts.MayBeIn(outer, graph, program);
            if (enumerated.Each.Concat(isRepeated ? enumerated.Once : []).Select(body => In(body, program)).FirstOrDefault(name => name is not null) is { } draw)
            {
                return draw;
            }
            if (isRepeated && enumerated.IsShuffled)
            {
                return "Epoch";
            }
        }
        return null;
    }

    /// <summary>The name of something that draws in a body, what it calls included; null where nothing certainly does.</summary>
    public static string? In(MethodBody body, TorchProgram program) => program.Events.Of(body) is { } graph
        ? graph.All.SelectMany(step => program.Called.Of(step, graph))
            .Select(one => NameOf(one.Step, one.Path[one.Path.Length - 1].Graph, program)).FirstOrDefault(name => name is not null)
        : null;

    private static string? NameOf(TorchEvent step, EventGraph graph, TorchProgram program) =>
        step.Operation is not IInvocationOperation call ? null
        : IsDraw(call, program.Torch) ? call.TargetMethod.Name
        : step.Is(EventKind.Forward) && graph.Body.Model.GetOperation(step.Syntax) is IInvocationOperation forward ? LayerOf(forward, graph.Body, program)
        : null;

    /// <summary>A layer of a model that drops at random, or what its forward draws with; in every model that it may be.</summary>
    private static string? LayerOf(IInvocationOperation forward, MethodBody body, TorchProgram program)
    {
        var drawing = program.Values.Of(forward.Instance, body).Select(model => NameOf(model, program, Depth)).ToList();
        return drawing.Count > 0 && !drawing.Contains(null) ? drawing[0] : null;
    }

    private static string? NameOf(ModuleValue model, TorchProgram program, int depth)
    {
        if (program.Types.LayersOf(model).Certain.FirstOrDefault(layer => Layers.IsDropout(layer.Type, program.Torch) && layer.Number("p") is not 0) is { } dropout)
        {
            return dropout.Type.Name;
        }
        return depth > 0 && model.Type.GetMembers("forward").OfType<IMethodSymbol>().FirstOrDefault(method => method.IsOverride) is { } forward
            && program.Bodies.Of(forward) is { } body ? In(body, program) : null;
    }

    private static bool IsDraw(IInvocationOperation call, TorchSymbols torch)
    {
        IMethodSymbol method = call.TargetMethod;
        bool isTensor = TorchSymbols.Same(method.ContainingType, torch.Tensor);
        return (isTensor || TorchSymbols.Same(method.ContainingType, torch.Torch) || TorchSymbols.Same(method.ContainingType, torch.Functional))
            && method.Name is "rand" or "randn" or "randint" or "randperm" or "rand_like" or "randn_like" or "randint_like" or "normal" or "bernoulli" or "multinomial"
                or "poisson" or "normal_" or "uniform_" or "random_" or "bernoulli_" or "exponential_" or "geometric_" or "cauchy_" or "log_normal_" or "dropout"
                or "dropout1d" or "dropout2d" or "dropout3d" or "alpha_dropout" or "feature_alpha_dropout" or "gumbel_softmax"
            // A generator of its own is not the one that is seeded.
            && !call.Arguments.Any(argument => argument is { Parameter.Name: "generator", ArgumentKind: not ArgumentKind.DefaultValue }
                && argument.Value.WithoutConversion().ConstantValue is not { HasValue: true, Value: null });
    }
}

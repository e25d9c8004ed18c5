using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// The forward passes that a load leads to, in its own body, in callers and callees, and by way of a field: those of modules that depend on
/// their mode.
/// </summary>
internal sealed class LoadedPasses
{
    private readonly TorchProgram _program;
    private readonly Lazy<ILookup<SyntaxNode, LoadedPass>> _byLoad;

    public LoadedPasses(TorchProgram program)
    {
        _program = program;
        _byLoad = new Lazy<ILookup<SyntaxNode, LoadedPass>>(Find);
    }

    /// <summary>The passes that a load may be the last before, in the order of the text, those of its own file first.</summary>
    public IEnumerable<LoadedPass> After(SyntaxNode load) => _byLoad.Value[load]
        .OrderBy(pass => pass.Forward.Syntax.SyntaxTree == load.SyntaxTree ? 0 : 1).ThenBy(pass => pass.Forward.Syntax.SpanStart);

    /// <summary>What a load is called on, null where a call is none.</summary>
    public static IOperation? ModuleOf(IInvocationOperation call, TorchSymbols torch) => EventVocabulary.KindOf(call, torch) != EventKind.Load ? null
        : call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments[0].Value : null);

    private ILookup<SyntaxNode, LoadedPass> Find()
    {
        var loaded = WeightsLoad.Names
            .SelectMany(name => _program.References.Named<IInvocationOperation>(name))
            .Select(call => ModuleOf(call, _program.Torch)?.WithoutConversion().Type).OfType<INamedTypeSymbol>().ToList();
        return new[] { "call", "forward" }.SelectMany(name => loaded.Count > 0 ? _program.References.Named<IInvocationOperation>(name) : [])
            .Where(call => EventVocabulary.IsForward(call, _program.Torch) && loaded.Exists(type => MayBe(type, call.Instance!.WithoutConversion().Type)))
            .Select(Of).OfType<LoadedPass>()
            .SelectMany(pass => pass.Modes.Select(mode => mode.Load).OfType<SyntaxNode>().Distinct().Select(load => (Load: load, Pass: pass)))
            .ToLookup(found => found.Load, found => found.Pass);
    }

    private LoadedPass? Of(IInvocationOperation forward)
    {
        if (_program.Bodies.Around(forward.Syntax) is not { } body || Receiver.Of(forward.Instance, body.Locals) is not { } module
            || _program.Events.Of(body) is not { } graph || graph.At(forward.Syntax, EventKind.Forward) is not { } step)
        {
            return null;
        }
        // A module calls its own layers most of the time: their mode is that of the whole, which is not known in here.
        bool isComponent = module.Root is null && _program.Torch.IsModule(body.Outermost.Owner.ContainingType);
        return !isComponent && ModeDependence.Of(forward.Instance, body, _program) is { } layer
            ? new LoadedPass(forward, body, graph, module, layer, _program.Modes.BeforeInProgram(graph, step, module))
            : null;
    }

    private static bool MayBe(INamedTypeSymbol loaded, ITypeSymbol? called) =>
        called is not INamedTypeSymbol { TypeKind: TypeKind.Class } type || TorchSymbols.DerivesFrom(loaded, type.OriginalDefinition) || TorchSymbols.DerivesFrom(type, loaded.OriginalDefinition);
}

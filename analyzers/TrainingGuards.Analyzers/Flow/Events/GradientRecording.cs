using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether gradients are certainly recorded at a point: no gradient mode is open there, in its body or in any that leads to it.</summary>
internal static class GradientRecording
{
    private const int Depth = 5;

    public static bool IsOn(TorchEvent point, EventGraph graph, TorchProgram program) => IsOn(point, graph, program, Depth) && !MayStayOff(program);

    /// <summary>Whether gradients are certainly off where an operation of the tree stands: a using turns them off in its body, or in every one that leads to it.</summary>
    public static bool IsOff(IOperation point, MethodBody body, TorchProgram program) => IsOff(point, body, program, Depth);

    private static bool IsOff(IOperation point, MethodBody body, TorchProgram program, int depth) => GradientMode.IsOff(point, program.Torch)
        || (depth > 0 && CallSites.Of(body, program).ToList() is { Count: > 0 } sites && sites.TrueForAll(site =>
            site.Call is { } call && program.Bodies.Around(call.Syntax) is { } caller && IsOff(call, caller, program, depth - 1)));

    private static bool IsOn(TorchEvent point, EventGraph graph, TorchProgram program, int depth) => !MayBeOff(point, graph)
        && graph.Body.Owner is IMethodSymbol method
        && (IsEntryPoint(method, program.Compilation)
            || (CallSites.Of(graph.Body, program).ToList() is { Count: > 0 } sites && depth > 0 && sites.TrueForAll(site =>
                site is { Call: { } call, Graph: { } caller } && caller.At(call.Syntax, EventKind.Call) is { } step && IsOn(step, caller, program, depth - 1))));

    private static bool MayBeOff(TorchEvent point, EventGraph graph) => graph.Of(EventKind.GradModeBegin).Any(begin =>
        begin.Operation is not IInvocationOperation { TargetMethod.Name: "enable_grad" }
        && graph.CanReach(begin, point, step => step.Is(EventKind.GradModeEnd)));

    // A guard that is not held in a using turns gradients off for as long as somebody likes.
    private static bool MayStayOff(TorchProgram program) => new[] { "no_grad", "inference_mode", "set_grad_enabled" }
        .SelectMany(name => program.References.Named<IInvocationOperation>(name))
        .Any(call => EventVocabulary.KindOf(call, program.Torch) == EventKind.GradModeBegin && call.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not
            (UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 }));

    // Of several methods that could be, the project names one as its startup object.
    private static bool IsEntryPoint(IMethodSymbol method, Compilation compilation) => TorchSymbols.Same(method, compilation.GetEntryPoint(default))
        || (method is { IsStatic: true, Name: "Main", MethodKind: MethodKind.Ordinary } && compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication);
}

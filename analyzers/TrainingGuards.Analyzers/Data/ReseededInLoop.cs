using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5005: a generator is set back to one state again and again while training draws from it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReseededInLoop() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ReseededInLoop,
        nameof(ReseededInLoop),
        "A generator is seeded again with the same number while training draws from it",
        "'{0}' {1}. {2}.",
        "Dropout, noise and augmentation are random so that each time is another one: set back to one state, they repeat themselves.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        INamedTypeSymbol? random = context.Compilation.GetTypeByMetadataName("System.Random");
        RegisterOperationAction(
            context,
            operation =>
            {
                if (operation.Operation is IInvocationOperation seed && torch.IsManualSeed(seed.TargetMethod))
                {
                    Analyze(operation, seed.Arguments, TorchProgram.Of(operation.Compilation, torch));
                }
                else if (operation.Operation is IObjectCreationOperation { Arguments: { Length: 1 } arguments } creation && TorchSymbols.Same(creation.Type, random))
                {
                    AnalyzeExample(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);
    }

    private static void Analyze(OperationContext context, ImmutableArray<IArgumentOperation> arguments, TorchProgram program)
    {
        SyntaxNode syntax = context.Operation.Syntax;
        if (arguments.Length != 1 || program.Bodies.Around(syntax) is not { } body || program.Events.Of(body) is not { } graph || graph.At(syntax, EventKind.Call) is not { } step)
        {
            return;
        }
        if (IsExample(body, program))
        {
            AnalyzeExample(context, program);
            return;
        }
        foreach (Repetition repetition in Repetition.InSight(step, graph, program))
        {
            if (IsReseeded(repetition, program) && RandomDraws.ForTraining(repetition.Loop, repetition.Graph, program) is { } drawing)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, syntax.GetLocation(), [OutermostLoop(repetition, program).GetFirstToken().GetLocation()], "manual_seed",
                    $"sets the generator back to the same state in each round of a training loop, so '{drawing}' draws the same numbers again", "Seed once, before the loop"));
                return;
            }
        }
        if (Invariance.IsConstant(CallBinding.ArgumentsOf(step.Operation)[0].Value, program) && MayBeSelector(body, program) && RandomDraws.After(step, graph, program) is { } shared && LoopThatRuns(syntax, program) is { } training)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, syntax.GetLocation(), [training.GetFirstToken().GetLocation()], "manual_seed",
                $"sets the generator back to the same state for each element that a training loop goes over, so '{shared}' draws the same numbers again", "Seed once, before the loop"));
        }
    }

    // Nearly every program is seeded once, in a method that no selector calls.
    private static bool MayBeSelector(MethodBody body, TorchProgram program) => body.Owner is IMethodSymbol method && (method.MethodKind == MethodKind.AnonymousFunction
        || program.References.Of(method).Any(mention => mention is not IInvocationOperation || mention.Syntax.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is not null));

    /// <summary>A training loop over what a Select or an epoch of examples makes, where making each element runs a piece of code.</summary>
    private static CommonForEachStatementSyntax? LoopThatRuns(SyntaxNode code, TorchProgram program) => new[] { "Select", "Epoch" }
        .SelectMany(name => program.References.Named<IInvocationOperation>(name)).Select(call => call.Syntax.Parent).OfType<CommonForEachStatementSyntax>()
        .FirstOrDefault(loop => program.Bodies.Around(loop) is { } body && program.Events.Of(body) is { } graph && EnumeratedBodies.Of(loop, body, program).Each.Any(each => program.Events.Of(each) is { } element
            && element.All.SelectMany(one => program.Called.Of(one, element)).Any(one => one.Step.Syntax == code)) && EnumeratedBodies.IsTraining(loop, graph, program));

    /// <summary>Whether each round of a loop that goes on training one model starts from the same seed.</summary>
    private static bool IsReseeded(Repetition repetition, TorchProgram program)
    {
        var inside = program.Called.In(repetition.Loop, repetition.Graph).ToList();
        TorchEvent seed = repetition.Path[repetition.Path.Length - 1].Step;
        return repetition.Path.Select((link, i) => Loops.AlwaysRuns(link.Step.Syntax, i == 0 ? repetition.Loop : link.Graph.Body.Root.Syntax)).All(always => always)
            && inside.Exists(one => one.Is(EventKind.Backward)) && inside.Exists(one => one.Is(EventKind.OptimizerStep))
            && !inside.Exists(one => one.Step.Syntax != seed.Syntax && MovesOn(one.Step.Operation, program.Torch))
            && !FreshStarts.MayBeIn(repetition.Loop, repetition.Graph, program) && IsSame(repetition, program);
    }

    // The state that was there before is put back, or another seed is given.
    private static bool MovesOn(IOperation operation, TorchSymbols torch) => operation is IInvocationOperation call
        && (torch.IsManualSeed(call.TargetMethod) || call.TargetMethod.Name is "set_rng_state" or "set_state" or "seed" or "fork_rng");

    /// <summary>Whether the seed has one value in all rounds, also where a method is given it.</summary>
    private static bool IsSame(Repetition repetition, TorchProgram program)
    {
        int last = repetition.Path.Length - 1;
        IOperation value = CallBinding.ArgumentsOf(repetition.Path[last].Step.Operation)[0].Value;
        for (int i = last; i > 0; i--)
        {
            if (value.WithoutConversion() is not IParameterReferenceOperation { Parameter: var parameter })
            {
                return Invariance.IsConstant(value, program);
            }
            if (repetition.Path[i].Graph.Body.Locals.WritesOf(parameter).Count > 0 || CallBinding.ArgumentsOf(repetition.Path[i - 1].Step.Operation)
                .FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))?.Value is not { } given)
            {
                return false;
            }
            value = given;
        }
        return Invariance.IsInvariant(value, repetition.Loop, repetition.Graph.Body, program);
    }

    /// <summary>The outermost loop that trains the same model and leaves the seed as it is: before it is where the seed belongs.</summary>
    private static StatementSyntax OutermostLoop(Repetition repetition, TorchProgram program) => repetition.Path.Length > 1 ? repetition.Loop
        : repetition.Graph.LoopsAround(repetition.Outer).SkipWhile(loop => loop != repetition.Loop).TakeWhile(loop => !FreshStarts.MayBeIn(loop, repetition.Graph, program)
            && Invariance.IsInvariant(CallBinding.ArgumentsOf(repetition.Outer.Operation)[0].Value, loop, repetition.Graph.Body, program)).Last();

    /// <summary>A seed in GetTensor of a data set: every example is given the same numbers.</summary>
    private static void AnalyzeExample(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || !IsExample(body, program)
            || body.Model.GetOperation(context.Operation.Syntax) is not { } seed || !Invariance.IsConstant(CallBinding.ArgumentsOf(seed)[0].Value, program)
            || !(seed is IObjectCreationOperation ? DrawsOnce(seed, body) : RandomDraws.In(body, program) is not null))
        {
            return;
        }
        bool isTorch = seed is IInvocationOperation;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, seed.Syntax.GetLocation(), isTorch ? "manual_seed" : "Random",
            $"starts from the same state in each '{body.Owner.Name}', so every example is given the same random numbers",
            isTorch ? "Seed once, before training" : "Use 'Random.Shared', or a seed that depends on the index"));
    }

    private static bool IsExample(MethodBody body, TorchProgram program) =>
        body.Owner is IMethodSymbol { Name: "GetTensor", IsOverride: true } method && program.Torch.IsDataset(method.ContainingType);

    // Numbers that are drawn in a loop, or by whoever the generator is handed to, may be an order that the index is looked up in.
    private static bool DrawsOnce(IOperation creation, MethodBody body)
    {
        if (creation.Parent is IInvocationOperation draw)
        {
            return IsDirect(draw, creation, body);
        }
        return creation.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } && body.Locals.WritesOf(local).Count == 1
            && body.Locals.Of(local) is { Count: > 0 } mentions && mentions.All(mention => mention.Parent is IInvocationOperation call && IsDirect(call, mention, body));
    }

    private static bool IsDirect(IInvocationOperation call, IOperation generator, MethodBody body) => call.Instance == generator
        && call.TargetMethod.Name is "Next" or "NextInt64" or "NextDouble" or "NextSingle"
        && !call.Syntax.Ancestors().TakeWhile(outer => outer != body.Root.Syntax).Any(outer => outer is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
        && !Loops.Around(call.Syntax, body.Root.Syntax).Any();
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2007: a model is loaded and then used in the training mode that it was born in.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModeUnknownAfterLoad() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if whoever gets the model from the load only uses it, so that an eval() harms nobody.</summary>
    internal const string OnlyUsed = nameof(OnlyUsed);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ModeUnknownAfterLoad,
        nameof(ModeUnknownAfterLoad),
        "A loaded model is used in training mode",
        "'{0}' is still in training mode when '{1}' runs, in which its {2}. Call '{3}.eval()' after it is loaded.",
        "What is saved is weights and statistics, not the mode: a model that has been made and loaded is in training mode until eval() is called.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (LoadedPasses.ModuleOf(call, torch) is { } module)
                {
                    Analyze(operation, call, module, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, IInvocationOperation load, IOperation module, TorchProgram program)
    {
        bool mayTrain = MayTrain(program);
        // In training, copying a state from one module to another makes a teacher or a target network, whose mode is a matter of method.
        if (mayTrain && load.TargetMethod.Name == "load_state_dict")
        {
            return;
        }
        var passes = program.LoadedPasses.After(load.Syntax).Where(pass => IsInTrainingMode(pass) && IsInference(pass, mayTrain, program)).ToList();
        // What reads a metric out is MissingEvalMode's.
        if (passes.Count == 0 || passes.Exists(pass => Evaluation.Of(pass.Forward, program) is not null))
        {
            return;
        }
        LoadedPass first = passes[0];
        // Written before its load, the model can be written again.
        bool isOnlyUsed = (!mayTrain || program.Bodies.Around(load.Syntax) == first.Body) && module.Syntax.SpanStart == load.Syntax.SpanStart;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            load.Syntax.GetLocation(),
            [first.Forward.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(OnlyUsed, isOnlyUsed ? "true" : null),
            module is IInstanceReferenceOperation ? "this" : module.Name(),
            first.Forward.Syntax.ToString(),
            Layers.IsDropout(first.Layer.Type, program.Torch) ? $"'{first.Layer.Type.Name}' drops values at random" : $"'{first.Layer.Type.Name}' depends on the batch",
            first.Forward.Instance!.Syntax.ToString()));
    }

    // A train() is taken at its word, as Monte Carlo dropout means it.
    private static bool IsInTrainingMode(LoadedPass pass) => pass.Modes.All(mode => mode.Mode == ModuleMode.Training && mode.Origin?.Is(EventKind.Train) != true);

    /// <summary>Whether something is made of the output, and nothing is learnt from it.</summary>
    private static bool IsInference(LoadedPass pass, bool mayTrain, TorchProgram program) =>
        OutputUses.Of(pass.Forward, pass.Body, program) is { Backward: null } use && (use.Escapes || use.ReadOut is not null)
        && (!mayTrain || (GradientRecording.IsOff(pass.Forward, pass.Body, program) && !IsTrained(pass, program)));

    /// <summary>Whether the same model is trained where the pass is, in a caller, or by another method of the type that holds it.</summary>
    private static bool IsTrained(LoadedPass pass, TorchProgram program)
    {
        bool Trains(EventGraph graph, Receiver module) => TrainingPasses.Of(module, graph, program, (_, _, _) => true).Any();
        return Trains(pass.Graph, pass.Module) || CallSites.OuterNames(pass.Body, pass.Module, program).Any(outer => Trains(outer.Graph, outer.Module))
            || (pass.Module is { Root: null, Path: { Length: > 0 } path } && path[0].ContainingType is { } holder && holder.GetMembers().OfType<IMethodSymbol>()
                .Select(program.Events.Of).OfType<EventGraph>().Any(graph => Trains(graph, pass.Module)));
    }

    /// <summary>Whether anything in the program, or somebody who is given the parameters by a library, may compute gradients.</summary>
    private static bool MayTrain(TorchProgram program) => program.References.Mentions("backward")
        || program.References.Named<IInvocationOperation>("grad").Any(call => TorchSymbols.Same(call.TargetMethod.ContainingType, program.Torch.Autograd))
        || (program.Compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary
            && (program.References.Mentions("parameters") || program.References.Mentions("named_parameters")));
}

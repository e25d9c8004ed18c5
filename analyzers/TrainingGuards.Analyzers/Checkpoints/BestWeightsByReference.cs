using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>TG7001: weights are kept for later by state_dict(), which gives the tensors that training goes on to change.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BestWeightsByReference() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if the file does not see System.Linq.</summary>
    internal const string NeedsLinq = nameof(NeedsLinq);

    /// <summary>The property that is there if a copy made here would be disposed of at the end of a scope.</summary>
    internal const string IsInScope = nameof(IsInScope);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.BestWeightsByReference,
        nameof(BestWeightsByReference),
        "Weights are kept by reference while training goes on",
        "'{0}' keeps the tensors of '{1}' themselves, which training goes on to change, so '{2}' gets the last weights and not those that were kept. Clone each entry as it is kept.",
        "state_dict() copies nothing: what it returns are the parameters and buffers, whatever they become.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (call.TargetMethod.Name == "state_dict" && torch.IsModule(call.Instance?.Type))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } around || around.Model.GetOperation(context.Operation.Syntax) is not IInvocationOperation call
            || !program.States.IsTaken(call))
        {
            return;
        }
        foreach (LiveState state in program.States.KeptBy(call))
        {
            foreach (StateUse use in StateUses.Of(state, program))
            {
                if (IsTooLate(use, state, program))
                {
                    Report(context, state, use);
                    return;
                }
            }
        }
    }

    private static bool IsTooLate(StateUse use, LiveState state, TorchProgram program)
    {
        if (program.Events.Of(state.Body) is not { } graph || graph.At(state.Taken.Syntax, EventKind.Call) is not { } taken
            || IsReplaced(state, graph, program))
        {
            return false;
        }
        SyntaxNode[] renewals = [.. program.States.KeptWith(state).Select(kept => kept.Taken.Syntax)];
        if (!new TrainingBetween(use.Call.Syntax, renewals, program).Follows(taken, graph))
        {
            return false;
        }
        // To load a module's own tensors into it does nothing, whatever was meant; that they live on may be meant where they go elsewhere.
        return use.IsLoad && state.Module.Equals(use.Target) && (use.Body.Outermost == state.Body.Outermost || state.Module.Root is null)
            || IsKeptInTraining(use, state, taken, graph, program);
    }

    /// <summary>Whether a loop that trains this very module keeps its state, and only what comes after the loop reads it.</summary>
    private static bool IsKeptInTraining(StateUse use, LiveState state, TorchEvent taken, EventGraph graph, TorchProgram program)
    {
        ImmutableArray<Repetition> repetitions = Repetition.Of(taken, graph, program);
        return !repetitions.IsEmpty && repetitions.All(repetition =>
            repetition.NameOf(state.Module, program) is { } module
            && program.Called.In(repetition.Loop, repetition.Graph).Any(one => one.Is(EventKind.OptimizerStep) && one.Receiver is { } optimizer
                && OptimizerParameters.Of(optimizer, repetition.Graph.Body, program)?.Sources.Any(source => module.StartsWith(source.Module) || source.Module.StartsWith(module)) == true)
            && !program.Called.In(repetition.Loop, repetition.Graph).Any(one => one.Step.Syntax == use.Call.Syntax));
    }

    // Another module of that name has tensors of its own.
    private static bool IsReplaced(LiveState state, EventGraph graph, TorchProgram program) => state.Module is { Root: null, Path.Length: > 0 } member
        ? program.Values.AssignedTo(member.Path[0]) is { Length: > 1 } && !IsAssignedInConstructorsOnly(member.Path[0], program)
        : graph.Body.Locals.WritesOf(state.Module.Root!).Count > 1;

    private static bool IsAssignedInConstructorsOnly(ISymbol member, TorchProgram program) => program.Values.AssignedTo(member).All(value =>
        value is not null && program.Bodies.Around(value.Syntax)?.Outermost.Owner is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Constructor });

    private static void Report(OperationContext context, LiveState state, StateUse use)
    {
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty;
        if (state.Shared is IInvocationOperation { TargetMethod.Name: "state_dict" } && state.Body.Model
            .LookupSymbols(state.Shared.Syntax.SpanStart, (INamedTypeSymbol)state.Shared.Type!, "ToDictionary", includeReducedExtensionMethods: true).IsEmpty)
        {
            properties = properties.Add(NeedsLinq, "true");
        }
        if (state.Shared.Syntax.Ancestors().Any(OpensScope))
        {
            properties = properties.Add(IsInScope, "true");
        }
        string holder = state.Element is { } index && TypeOf(state.Holder) is INamedTypeSymbol { IsTupleType: true } tuple
            ? $"{state.Holder.Name}.{tuple.TupleElements[index].Name}" : state.Holder.Name;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, state.Shared.Syntax.GetLocation(), [use.Call.Syntax.GetLocation()], properties, holder, state.Module.ToString(), $"{use.Call.TargetMethod.Name}(…)"));
    }

    private static ITypeSymbol? TypeOf(ISymbol holder) => holder switch
    {
        ILocalSymbol local => local.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private static bool OpensScope(SyntaxNode around) => around switch
    {
        Microsoft.CodeAnalysis.CSharp.Syntax.UsingStatementSyntax @using => MakesScope(@using.Declaration ?? (SyntaxNode?)@using.Expression),
        Microsoft.CodeAnalysis.CSharp.Syntax.BlockSyntax block => block.Statements.OfType<Microsoft.CodeAnalysis.CSharp.Syntax.LocalDeclarationStatementSyntax>()
            .Any(statement => statement.UsingKeyword.RawKind != 0 && MakesScope(statement)),
        _ => false,
    };

    private static bool MakesScope(SyntaxNode? resource) => resource?.DescendantTokens().Any(token => token.ValueText is "NewDisposeScope" or "WrappedTensorDisposeScope") == true;
}

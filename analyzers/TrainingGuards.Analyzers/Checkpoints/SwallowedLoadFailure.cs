using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>TG7003: weights fail to load, a catch says so at most, and the model is used as it was made.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SwallowedLoadFailure() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SwallowedLoadFailure,
        nameof(SwallowedLoadFailure),
        "A model whose weights failed to load is used",
        "Where '{0}' fails, this catch goes on, and '{1}' is used with the random weights that it was made with. Rethrow, or do without the model.",
        "An untrained model answers as readily as a trained one.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var attempt = (ITryOperation)operation.Operation;
                if (attempt.Catches.FirstOrDefault(SwallowedFailure.Is) is { } swallowing && !SwallowedFailure.IsToldByTry(attempt))
                {
                    Analyze(operation, swallowing, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Try);

    private static void Analyze(OperationContext context, ICatchClauseOperation swallowing, TorchProgram program)
    {
        SyntaxNode attempt = ((TryStatementSyntax)context.Operation.Syntax).Block;
        if (program.Bodies.Around(attempt) is not { } body || program.Events.Of(body) is not { } graph)
        {
            return;
        }
        foreach (TorchEvent step in graph.All.Where(step => attempt.Span.Contains(step.Syntax.Span)))
        {
            if (program.Called.Of(step, graph).FirstOrDefault(one => IsLoad(one, program)) is { Receiver: { } model } load)
            {
                if (Use(model, step, attempt, graph, program) is { } use && !IsLoadedElsewhere(model, attempt, graph, program) && IsUntrained(model, body, graph, program))
                {
                    var clause = (CatchClauseSyntax)swallowing.Syntax;
                    TextSpan head = TextSpan.FromBounds(clause.SpanStart, clause.Declaration?.Span.End ?? clause.CatchKeyword.Span.End);
                    context.ReportDiagnostic(Diagnostic.Create(
                        Descriptor, Location.Create(clause.SyntaxTree, head), [load.Step.Syntax.GetLocation(), use.GetLocation()], load.Step.Syntax.ToString(), model.ToString()));
                }
                return;
            }
        }
    }

    private static bool IsLoad(CalledEvent one, TorchProgram program) => one.Is(EventKind.Load) && WeightsLoad.From(one.Step.Operation, program) is not null;

    /// <summary>Where the model is used after the attempt: a forward pass, or a return of it.</summary>
    private static SyntaxNode? Use(Receiver model, TorchEvent load, SyntaxNode attempt, EventGraph graph, TorchProgram program)
    {
        bool IsAnother(TorchEvent step) => step.Is(EventKind.Assign) && step.Receiver is { } assigned && model.StartsWith(assigned);
        TorchEvent? forward = graph.All.FirstOrDefault(step => !attempt.Span.Contains(step.Syntax.Span)
            && program.Called.Of(step, graph).Any(one => one.Is(EventKind.Forward) && model.Equals(one.Receiver)) && graph.CanReachNormally(load, step, IsAnother));
        if (forward is not null || model is { Root: null, Path.Length: > 1 })
        {
            return forward?.Syntax;
        }
        return model.Root is null
            ? program.References.Of(model.Path[0]).Where(mention => mention.Parent is IInvocationOperation call && EventVocabulary.IsForward(call, program.Torch))
                .Select(mention => mention.Parent!.Syntax).FirstOrDefault(syntax => !attempt.Span.Contains(syntax.Span))
            : Returns.Of(graph.Body).Where(value => value.Syntax.SpanStart > attempt.Span.End && model.Equals(Receiver.Of(value, graph.Body.Locals)) && IsCalled(graph.Body, program))
                .Select(value => value.Syntax).FirstOrDefault();
    }

    private static bool IsCalled(MethodBody body, TorchProgram program) => !InferenceOnly.Trains(program) && !Visibility.IsOpen(body.Owner, program.Compilation)
        && CallSites.Of(body, program).ToList() is { Count: > 0 } sites && sites.TrueForAll(site => site.Call is not null);

    private static bool IsLoadedElsewhere(Receiver model, SyntaxNode attempt, EventGraph graph, TorchProgram program) =>
        graph.All.Any(step => !attempt.Span.Contains(step.Syntax.Span) && program.Called.Of(step, graph).Any(one => IsLoad(one, program) || (one.IsOpaque && Takes(one, model))))
        || (model.Root is null && WeightsLoad.Names.SelectMany(name => program.References.Named<IInvocationOperation>(name))
            .Any(call => WeightsLoad.From(call, program) is { } other && !IsOfAnotherField(other, model, program) && !attempt.Span.Contains(call.Syntax.Span) && !graph.All.Any(step => attempt.Span.Contains(step.Syntax.Span)
                && program.Called.Of(step, graph).Any(one => one.Step.Syntax == call.Syntax))));

    private static bool IsOfAnotherField(WeightsLoad load, Receiver model, TorchProgram program) => program.Bodies.Around(load.Call.Syntax) is { } body
        && Receiver.Of(load.Module, body.Locals) is { Root: null, Path: { Length: > 0 } path } && path[0] is IFieldSymbol or IPropertySymbol && !TorchSymbols.Same(path[0], model.Path[0]);

    private static bool Takes(CalledEvent one, Receiver model) => CallBinding.ArgumentsOf(one.Step.Operation)
        .SelectMany(argument => argument.Value.DescendantsAndSelf()).Any(part => part.Symbol() is { } symbol && Receiver.Named(symbol).Equals(model));

    /// <summary>Whether the model is a new one, and nothing trains it: neither here, nor, where a field keeps it, anywhere in the program.</summary>
    private static bool IsUntrained(Receiver model, MethodBody body, EventGraph graph, TorchProgram program)
    {
        IEnumerable<IOperation?> values = model switch
        {
            { Root: ILocalSymbol local, Path.IsEmpty: true } => body.Locals.WritesOf(local),
            { Root: null, Path: { Length: 1 } path } when path[0] is IFieldSymbol or IPropertySymbol && InferenceOnly.Is(model, body, program) => program.Values.AssignedTo(path[0]),
            _ => [null],
        };
        return values.Any() && values.All(value => value is not null && IsNewOrNothing(value, program))
            && !graph.All.Any(step => program.Events.Reaches(step, EventKind.Training, body.Locals) != Answer.No);
    }

    private static bool IsNewOrNothing(IOperation value, TorchProgram program) => value.WithoutConversion().ConstantValue is { HasValue: true, Value: null }
        || (program.Bodies.Around(value.Syntax) is { } around && NewModule.Of(value, around, program) is { Creation: { } creation, Body: { } maker } && !LoadsItself(creation, maker, program));

    private static bool LoadsItself(IOperation creation, MethodBody maker, TorchProgram program) =>
        program.Events.Of(maker) is { } graph && graph.At(creation.Syntax, EventKind.Call) is { } made && program.Called.Of(made, graph).Any(one => IsLoad(one, program) || (one.IsOpaque && GivesItselfAway(one)));

    private static bool GivesItselfAway(CalledEvent one) => CallBinding.ArgumentsOf(one.Step.Operation)
        .Any(argument => argument.Value.WithoutConversion() is IInstanceReferenceOperation);
}

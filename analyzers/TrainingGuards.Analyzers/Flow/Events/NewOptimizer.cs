using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether an optimizer has certainly done nothing yet, and takes up nothing that another has done.</summary>
internal static class NewOptimizer
{
    // A word of a name: load_state_dict, LoadCheckpoint, ReloadWeights; not DataLoader or download.
    private static readonly Regex TakesUp = new(
        "(^|_)(re)?(load|resume|restore|checkpoint)(?![a-z])|(Rel|L)oad(?![a-z])|(Resume|Restore|Checkpoint)(?![a-z])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));

    /// <param name="optimizer">The optimizer, as it is named at <paramref name="place"/>, or its creation.</param>
    /// <param name="place">An operation after its creation.</param>
    /// <param name="body">The body of both.</param>
    /// <param name="program">The compilation.</param>
    public static bool Is(IOperation optimizer, IOperation place, MethodBody body, TorchProgram program) =>
        CreationOf(optimizer.WithoutConversion(), body, program) is { } made && program.Bodies.Around(made.Syntax)?.Outermost == body.Outermost
        && !MentionsOf(optimizer.Symbol(), body, program).Any(mention => mention.Syntax.SyntaxTree == place.Syntax.SyntaxTree
            && mention.Syntax.SpanStart > made.Syntax.Span.End && mention.Syntax.SpanStart < place.Syntax.SpanStart && !IsScheduled(mention, program.Torch))
        && !body.Outermost.Root.Descendants().Any(TakesUpRun);

    private static IOperation? CreationOf(IOperation optimizer, MethodBody body, TorchProgram program) =>
        OptimizerParameters.IsCreation(optimizer, program.Torch) ? optimizer
        : Receiver.Of(optimizer, body.Locals) is { } name && OptimizerParameters.CreationsOf(name, body, program) is { Length: 1 } creations ? creations[0]
        : null;

    private static IEnumerable<IOperation> MentionsOf(ISymbol? optimizer, MethodBody body, TorchProgram program) => optimizer switch
    {
        null => [],
        ILocalSymbol or IParameterSymbol => body.Locals.Of(optimizer),
        _ => program.References.Of(optimizer),
    };

    private static bool IsScheduled(IOperation mention, TorchSymbols torch)
    {
        while (mention.Parent is IConversionOperation)
        {
            mention = mention.Parent;
        }
        return mention.Parent is IArgumentOperation { Parent: { } call } && Scheduler.IsCreation(call, torch);
    }

    // Whatever it is called on: a run that goes on is no new one.
    private static bool TakesUpRun(IOperation part) => part switch
    {
        IInvocationOperation call => TakesUp.IsMatch(call.TargetMethod.Name),
        IInvalidOperation => part.Syntax.DescendantTokens().Any(token => TakesUp.IsMatch(token.ValueText)),
        _ => false,
    };
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The evaluations of each member, found once for every rule that asks.</summary>
internal sealed class Evaluations(TorchProgram program)
{
    private readonly ConcurrentDictionary<MethodBody, ImmutableArray<Evaluation>> _known = new();

    /// <summary>Whether there may be a forward pass in some code, told by the names in it.</summary>
    public static bool MayBeIn(ImmutableArray<IOperation> code) => code.Any(block =>
        NameIndex.Of(block.Syntax.SyntaxTree) is var names && (names.Mentions("call", block.Syntax).Any() || names.Mentions("forward", block.Syntax).Any()));

    /// <summary>The evaluations of a member, in its lambdas and local functions too.</summary>
    public ImmutableArray<Evaluation> In(MethodBody member) => _known.GetOrAdd(member, key => key.Root.Descendants().OfType<IInvocationOperation>()
        .Where(call => EventVocabulary.IsForward(call, program.Torch)).Select(forward => Evaluation.Of(forward, program)).OfType<Evaluation>().ToImmutableArray());
}

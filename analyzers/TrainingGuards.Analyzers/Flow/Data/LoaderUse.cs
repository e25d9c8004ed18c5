using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A loop over the batches of one loader, and how the loader comes there.</summary>
/// <param name="loop">The loop.</param>
/// <param name="path">The calls that hand the loader on, from the outermost body inwards; the last is the enumeration.</param>
/// <param name="mention">Where the outermost body gives the loader to the loop, or to the method that it is handed to.</param>
/// <param name="made">What makes the loader, as that body sees it: its creation, or the call of a method that returns it.</param>
internal sealed class LoaderUse(BatchLoop loop, ImmutableArray<CalledEvent.Link> path, IOperation mention, IOperation made)
{
    public BatchLoop Loop { get; } = loop;

    public IOperation Mention { get; } = mention;

    public BatchUse Use => Loop.Use;

    /// <summary>The call that hands the loader to the body of the loop, null where it is not handed over.</summary>
    public SyntaxNode? Call => path.Length > 1 ? path[path.Length - 2].Step.Syntax : null;

    /// <summary>The innermost loops that enumerate the loader again and again, one for each caller that has one.</summary>
    public IEnumerable<Repetition> Repetitions(TorchProgram program)
    {
        for (int i = path.Length - 1; i >= 0; i--)
        {
            if (Repetition.In(path[i]) is { } loop)
            {
                return [new Repetition(loop, path.RemoveRange(0, i))];
            }
        }
        return Repetition.Of(path[0].Step, path[0].Graph, program);
    }

    /// <summary>Whether a loop makes the loader anew in each round.</summary>
    public bool IsMadeIn(Repetition repetition, TorchProgram program) =>
        program.Called.In(repetition.Loop, repetition.Graph).Any(one => one.Step.Syntax == made.Syntax);
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>An event, and the calls that lead to it from the body that is looked at.</summary>
/// <param name="path">From the event of that body inwards to the event itself.</param>
/// <param name="receiver">What it happens to, as that body names it; null where it has no name for it.</param>
/// <param name="isOpaque">Whether it is a call whose callee is out of sight and might do anything.</param>
internal sealed class CalledEvent(ImmutableArray<CalledEvent.Link> path, Receiver? receiver, bool isOpaque)
{
    public ImmutableArray<Link> Path { get; } = path;

    public Receiver? Receiver { get; } = receiver;

    public bool IsOpaque { get; } = isOpaque;

    public TorchEvent Step => Path[Path.Length - 1].Step;

    /// <summary>The event of the body that is looked at.</summary>
    public TorchEvent Outer => Path[0].Step;

    public bool Is(EventKind kinds) => Step.Is(kinds);

    /// <summary>An event and the body that it stands in.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly struct Link(EventGraph graph, TorchEvent step)
    {
        public EventGraph Graph { get; } = graph;

        public TorchEvent Step { get; } = step;

        /// <summary>Whether a loop of its body repeats it.</summary>
        public bool IsRepeated => Graph.LoopsAround(Step).Any();
    }
}

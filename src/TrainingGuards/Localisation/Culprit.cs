using System.Reflection;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>The first module whose inputs are sound and whose output is not: what broke, broke in it or in its own code between two of its parts.</summary>
/// <param name="Path">The module's path in the model.</param>
/// <param name="Module">The module.</param>
/// <param name="LastSound">The event whose tensors were the last sound ones in its code; null where there was none.</param>
/// <param name="FirstBroken">The event whose tensors were the first broken ones.</param>
/// <param name="CalledFrom">The line that called it.</param>
internal sealed record Culprit(string Path, nn.Module Module, TraceEvent? LastSound, TraceEvent FirstBroken, CallSite? CalledFrom)
{
    /// <summary>Finds it in a trace.</summary>
    /// <param name="model">The model, which the user's own forward delegate may bypass.</param>
    /// <param name="events">The trace.</param>
    /// <param name="isBroken">Whether the tensors of the event at a position are broken; null where that cannot be told.</param>
    public static Culprit? In(nn.Module model, IReadOnlyList<TraceEvent> events, Func<int, bool?> isBroken)
    {
        var open = new Stack<Frame>();
        open.Push(new Frame(model.GetType().Name, model, entryIsSound: true, site: null));
        for (int i = 0; i < events.Count; i++)
        {
            TraceEvent at = events[i];
            bool? broken = isBroken(i);
            if (at.Entered)
            {
                open.Peek().See(at, broken);
                open.Push(new Frame(at.Path, at.Module, entryIsSound: broken == false, at.Site) { LastSound = broken == false ? at : null });
                continue;
            }
            Frame own = open.Count > 1 ? open.Pop() : open.Peek();
            if (broken == true && own.EntryIsSound) return own.Blame(own.FirstBroken ?? at);
            open.Peek().See(at, broken);
        }
        Frame root = open.Last();
        return root.FirstBroken is { } first ? root.Blame(first) : null;
    }

    /// <summary>
    /// The place in the user's source: between the last sound call and the first broken one, and there the one line that calls a suspect; else all
    /// these lines, the module's forward, or the line that calls it.
    /// </summary>
    /// <param name="suspects">Names of torch's functions that can have done it.</param>
    public Place Place(params string[] suspects)
    {
        MethodInfo? forward = MethodLines.ForwardOf(Module);
        MethodLines? lines = forward is null ? null : MethodLines.Of(forward);
        if (lines is null) return new(Path, CalledFrom?.ToString());
        int first = Within(LastSound, forward!) ?? lines.First, last = Within(FirstBroken, forward!) ?? lines.Last;
        (first, last) = (Math.Min(first, last), Math.Max(first, last));
        int[] suspected = [.. MethodCalls.Of(forward!)
            .Where(call => call.Callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && suspects.Contains(call.Callee.Name))
            .Select(call => lines.At(call.Offset))
            .Where(line => line >= first && line <= last)
            .Distinct()];
        return new(Path, suspected.Length == 1 ? lines.Text(suspected[0], suspected[0]) : lines.Text(first, last));
    }

    // The event of the module itself has the line of its caller: only calls made from its own forward bracket its code.
    private int? Within(TraceEvent? at, MethodInfo forward) =>
        at is not null && !ReferenceEquals(at.Module, Module) && at.Site is { } site && site.Method.MetadataToken == forward.MetadataToken && site.Method.Module == forward.Module
            ? site.Line
            : null;

    private sealed class Frame(string path, nn.Module module, bool entryIsSound, CallSite? site)
    {
        public bool EntryIsSound { get; } = entryIsSound;

        public TraceEvent? LastSound { get; set; }

        public TraceEvent? FirstBroken { get; private set; }

        public void See(TraceEvent at, bool? broken)
        {
            if (FirstBroken is not null) return;
            if (broken == true) FirstBroken = at;
            else if (broken == false) LastSound = at;
        }

        public Culprit Blame(TraceEvent firstBroken) => new(path, module, LastSound, firstBroken, site);
    }
}

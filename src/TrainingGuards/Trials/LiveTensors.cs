using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>The process's native tensors.</summary>
internal static class LiveTensors
{
    /// <summary>Those that something holds: garbage is collected first, finalizers and all.</summary>
    [SuppressMessage("Major Code Smell", "S1215:GC.Collect should not be called", Justification = "What is counted is what no collection frees.")]
    public static long Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Tensor.TotalCount;
    }
}

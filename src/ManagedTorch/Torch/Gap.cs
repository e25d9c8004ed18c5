using System.Reflection;

namespace TorchSharp;

/// <summary>Something that is declared, so that code compiles, and not done here: docs/engine.md lists them all.</summary>
internal sealed class Gap
{
    internal static readonly Gap SparseEmbedding = new("torch.nn.Embedding", "sparse gradients (sparse: true)");
    internal static readonly Gap AntialiasedInterpolation = new("torch.nn.functional.interpolate", "antialias: true");
    internal static readonly Gap NamedDimensions = new("torch.zeros, torch.ones and the other factories", "named dimensions (names: …)");
    internal static readonly Gap ElementTypes = new("torch.ScalarType", "complex and quantised elements");
    internal static readonly Gap UniqueAlongDimension = new("Tensor.unique and unique_consecutive", "dim: …");
    internal static readonly Gap NativeOptimizer = new("torch.optim.Optimizer", "an optimizer made of a native handle");

    private Gap(string member, string? part = null) => (Member, Part) = (member, part);

    /// <summary>Every gap there is.</summary>
    internal static IReadOnlyList<Gap> All { get; } =
        [.. typeof(Gap).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(field => field.FieldType == typeof(Gap)).Select(field => (Gap)field.GetValue(null)!)];

    internal string Member { get; }

    /// <summary>What of the member is missing; null where it is all of it.</summary>
    internal string? Part { get; }

    internal NotSupportedException Exception =>
        new($"{Member}{(Part is null ? "" : " with " + Part)} is not in the embedded engine. Run on TorchSharp itself: -p:TorchEngine=cpu.");
}

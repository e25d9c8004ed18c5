using TorchSharp.Modules;

namespace TrainingGuards.Decoding;

/// <summary>The gradients of some parameters at one moment; disposing of the set disposes of the copies.</summary>
internal sealed class GradientSet(IReadOnlyList<Gradient> all) : IDisposable
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Gradient> All { get; } = all;

    /// <summary>That of a parameter; null where it has none.</summary>
    public Gradient? Of(Parameter parameter) => All.FirstOrDefault(one => ReferenceEquals(one.Of, parameter));

    public void Dispose()
    {
        foreach (Gradient one in All) one.Dispose();
    }
}

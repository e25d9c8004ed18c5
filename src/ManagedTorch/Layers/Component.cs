using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>A parameter or buffer that a layer owns through a property.</summary>
internal static class Component
{
    /// <summary>Puts <paramref name="value"/> in the place of what the field held, which is disposed, as TorchSharp's layers do.</summary>
    public static T? Replace<T>(ref T? field, T? value)
        where T : Tensor
    {
        if (ReferenceEquals(field, value)) return value;
        field?.Dispose();
        value?.DetachFromDisposeScope();
        return field = value;
    }
}

using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What the native library throws, as its binding reports it.</summary>
internal static class TorchError
{
    internal static ExternalException Of(string message) => new(message);
}

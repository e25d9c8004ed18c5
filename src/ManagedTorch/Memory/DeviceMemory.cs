using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The bytes of tensors on the simulated device. What is forgotten and not disposed of counts as held, as it may on a GPU, which the collector knows nothing of.</summary>
internal static class DeviceMemory
{
    private static long held;
    private static long peak;

    /// <summary>The bytes that are held now.</summary>
    internal static long Held => Interlocked.Read(ref held);

    /// <summary>The most bytes that were held at once since the last <see cref="ResetPeak"/>.</summary>
    internal static long Peak => Interlocked.Read(ref peak);

    internal static void ResetPeak() => Interlocked.Exchange(ref peak, Held);

    internal static void Taken(Device device, long bytes)
    {
        if (device.type == DeviceType.CPU) return;
        long now = Interlocked.Add(ref held, bytes), highest = Peak;
        while (now > highest)
        {
            long before = Interlocked.CompareExchange(ref peak, now, highest);
            if (before == highest) return;
            highest = before;
        }
    }
}

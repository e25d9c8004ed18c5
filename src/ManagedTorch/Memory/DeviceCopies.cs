using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// What has crossed between host and simulated device since the program began. On a GPU each crossing to the host waits for all work before it:
/// code is free of such stalls when these numbers stand still.
/// </summary>
internal static class DeviceCopies
{
    private static long toHost;
    private static long elementsToHost;
    private static long toDevice;
    private static long elementsToDevice;

    /// <summary>Copies and elements so far.</summary>
    internal static (long ToHost, long ElementsToHost, long ToDevice, long ElementsToDevice) Made =>
        (Interlocked.Read(ref toHost), Interlocked.Read(ref elementsToHost), Interlocked.Read(ref toDevice), Interlocked.Read(ref elementsToDevice));

    internal static void Count(DeviceType from, DeviceType to, long elements)
    {
        if (from == to) return;
        bool home = to == DeviceType.CPU;
        Interlocked.Increment(ref home ? ref toHost : ref toDevice);
        Interlocked.Add(ref home ? ref elementsToHost : ref elementsToDevice, elements);
    }

    /// <summary>Numbers that the host reads from where <paramref name="tensor"/> lies.</summary>
    internal static void Read(Tensor tensor, long elements = 1) => Count(tensor.device_type, DeviceType.CPU, elements);
}

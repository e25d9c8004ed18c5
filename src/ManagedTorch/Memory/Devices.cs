using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What may meet in one operation: tensors of one device, and numbers of the host in tensors without dimensions.</summary>
internal static class Devices
{
    /// <summary>Throws unless the operands can meet.</summary>
    internal static void RequireOne(params ReadOnlySpan<Tensor?> operands) => _ = Common(operands);

    /// <summary>The device on which the operands meet.</summary>
    internal static Device Common(params ReadOnlySpan<Tensor?> operands)
    {
        Tensor? first = null;
        foreach (Tensor? operand in operands)
        {
            if (operand is null) continue;
            if (first is null || (!first.device.IsSame(operand.device) && IsHostNumber(first))) first = operand;
            else if (!first.device.IsSame(operand.device) && !IsHostNumber(operand)) throw Mixed(first.device, operand.device);
        }
        return first?.device ?? CPU;
    }

    private static bool IsHostNumber(Tensor tensor) => tensor.Rank == 0 && tensor.device_type == DeviceType.CPU;

    private static ExternalException Mixed(Device first, Device second) =>
        TorchError.Of($"Operands on {first} and on {second}: an operation needs all its tensors on the same device. Move them with to(device) first.");
}

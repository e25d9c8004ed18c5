using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Type element = rawArray.GetType().GetElementType()!;
        var sizes = new long[rawArray.Rank];
        for (int d = 0; d < sizes.Length; d++) sizes[d] = rawArray.GetLongLength(d);
        ScalarType type = ScalarTypes.Of(element);
        return Copied(type, sizes, dtype, device, requires_grad, names, bytes =>
            MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(rawArray), bytes.Length).CopyTo(bytes));
    }

    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        using Temporaries own = Temporaries.Enter();
        Tensor flat = from_array(rawArray, dtype).reshape(-1);
        return own.Keep(flat.narrow(0, offset, count < 0 ? flat.numel() - offset : count).clone().requires_grad_(requires_grad));
    }

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) => data.to(dtype ?? data.dtype, device ?? data.device);

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    private static Tensor FromList<T>(IList<T> data, ReadOnlySpan<long> sizes, ScalarType? dtype, Device? device, bool requires_grad, string[]? names = null) where T : unmanaged
    {
        if (Shapes.Count(sizes) != data.Count) throw new ArgumentException($"{data.Count} elements do not fill {Shapes.Text(sizes)}.", nameof(data));
        return Copied(ScalarTypes.Of<T>(), sizes.ToArray(), dtype, device, requires_grad, names, bytes =>
        {
            Span<T> elements = MemoryMarshal.Cast<byte, T>(bytes);
            if (data is T[] array) array.CopyTo(elements);
            else for (int i = 0; i < elements.Length; i++) elements[i] = data[i];
        });
    }

    private static Tensor Copied(ScalarType type, long[] sizes, ScalarType? dtype, Device? device, bool requires_grad, string[]? names, FillBytes fill)
    {
        RefuseNames(names);
        Tensor made = Pointwise.Fresh(sizes, type, InitializeDevice(device));
        fill(made.Impl.Storage.Bytes);
        DeviceCopies.Count(DeviceType.CPU, made.device_type, made.numel());
        if (dtype is { } wanted && wanted != type) made = made.to(wanted, disposeAfter: true);
        return requires_grad ? made.requires_grad_() : made;
    }

    private delegate void FillBytes(Span<byte> bytes);
}

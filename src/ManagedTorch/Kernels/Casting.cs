using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Copies elements between tensors of one shape, converting as C does.</summary>
internal static class Casting
{
    internal static void Copy(Tensor from, Tensor to)
    {
        if (IsCopiedByWayOfSingle(from, to)) return;
        DeviceCopies.Count(from.device_type, to.device_type, to.Impl.Count);
        if (from.dtype == to.dtype)
        {
            switch (ScalarTypes.SizeOf(from.dtype))
            {
                case 8: Elementwise.Run<ulong, ulong>(from, to, Same); break;
                case 4: Elementwise.Run<uint, uint>(from, to, Same); break;
                case 2: Elementwise.Run<ushort, ushort>(from, to, Same); break;
                default: Elementwise.Run<byte, byte>(from, to, Same); break;
            }
            return;
        }
        switch (from.dtype)
        {
            case ScalarType.Float16: Elementwise.Run<Half, float>(from, to, TensorPrimitives.ConvertToSingle); break;
            case ScalarType.BFloat16: Elementwise.Run<BFloat16, float>(from, to, BFloat16.Widen); break;
            case ScalarType.Float32 when to.dtype == ScalarType.Float16: Elementwise.Run<float, Half>(from, to, TensorPrimitives.ConvertToHalf); break;
            case ScalarType.Float32 when to.dtype == ScalarType.BFloat16: Elementwise.Run<float, BFloat16>(from, to, BFloat16.Round); break;
            case ScalarType.Float32: From<float>(from, to); break;
            case ScalarType.Float64: From<double>(from, to); break;
            case ScalarType.Int64: From<long>(from, to); break;
            case ScalarType.Int32: From<int>(from, to); break;
            case ScalarType.Int16: From<short>(from, to); break;
            case ScalarType.Int8: From<sbyte>(from, to); break;
            default: From<byte>(from, to); break;
        }
    }

    /// <summary>What a kernel makes of the elements as float32, rounded to their own type.</summary>
    internal static Tensor ByWayOfSingle(Tensor x, Func<Tensor, Tensor> kernel)
    {
        using Temporaries own = Temporaries.Enter();
        return own.Keep(kernel(x.Widened()).AsDtype(x.dtype));
    }

    // A narrow type is converted from and to float32 alone.
    private static bool IsCopiedByWayOfSingle(Tensor from, Tensor to)
    {
        if (from.dtype == to.dtype || from.dtype == ScalarType.Float32 || to.dtype == ScalarType.Float32) return false;
        if (!ScalarTypes.IsNarrow(from.dtype) && !ScalarTypes.IsNarrow(to.dtype)) return false;
        using Temporaries own = Temporaries.Enter();
        Copy(from.AsDtype(ScalarType.Float32), to);
        return true;
    }

    private static void From<TFrom>(Tensor from, Tensor to) where TFrom : unmanaged, INumber<TFrom>
    {
        switch (to.dtype)
        {
            case ScalarType.Float32: Elementwise.Run<TFrom, float>(from, to, TensorPrimitives.ConvertTruncating); break;
            case ScalarType.Float64: Elementwise.Run<TFrom, double>(from, to, TensorPrimitives.ConvertTruncating); break;
            case ScalarType.Int64: Elementwise.Run<TFrom, long>(from, to, TensorPrimitives.ConvertTruncating); break;
            case ScalarType.Int32: Elementwise.Run<TFrom, int>(from, to, TensorPrimitives.ConvertTruncating); break;
            case ScalarType.Int16: Elementwise.Run<TFrom, short>(from, to, TensorPrimitives.ConvertTruncating); break;
            case ScalarType.Int8: Elementwise.Run<TFrom, sbyte>(from, to, TensorPrimitives.ConvertTruncating); break;
            case ScalarType.Byte: Elementwise.Run<TFrom, byte>(from, to, TensorPrimitives.ConvertTruncating); break;
            default: Elementwise.Run<TFrom, bool>(from, to, default(IsNotZero).Invoke); break;
        }
    }

    private static void Same<T>(ReadOnlySpan<T> x, Span<T> y) => x.CopyTo(y);
}

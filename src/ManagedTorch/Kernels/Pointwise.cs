using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

internal interface IUnary
{
    void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

internal interface IFloatUnary
{
    void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;
}

internal interface IBinary
{
    void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>;
}

internal interface IFloatBinary
{
    void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;
}

internal interface IBitwise
{
    void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryInteger<T>;
}

internal interface IPredicate
{
    void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>;
}

internal interface IComparison
{
    void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>;
}

/// <summary>Elementwise kernels over all element types: the one place that chooses the instance.</summary>
internal static class Pointwise
{
    internal static Tensor Unary<TOp>(TOp op, Tensor x, ScalarType? type = null, Tensor? into = null) where TOp : struct, IUnary
    {
        using Temporaries own = Temporaries.Enter();
        ScalarType stored = into?.dtype ?? type ?? x.dtype;
        x = x.AsDtype(ScalarTypes.Computed(stored));
        Tensor y = into ?? Fresh(x.Sizes, stored, x.device);
        switch (stored)
        {
            case ScalarType.Float32: Elementwise.Run<float, float>(x, y, op.Invoke); break;
            case ScalarType.Float64: Elementwise.Run<double, double>(x, y, op.Invoke); break;
            case ScalarType.Int64: Elementwise.Run<long, long>(x, y, op.Invoke); break;
            case ScalarType.Int32: Elementwise.Run<int, int>(x, y, op.Invoke); break;
            case ScalarType.Int16: Elementwise.Run<short, short>(x, y, op.Invoke); break;
            case ScalarType.Int8: Elementwise.Run<sbyte, sbyte>(x, y, op.Invoke); break;
            case ScalarType.Float16 or ScalarType.BFloat16: Casting.Copy(Unary(op, x), y); break;
            default: Elementwise.Run<byte, byte>(x, y, op.Invoke); break;
        }
        return own.Keep(y);
    }

    /// <summary>Integers become the default floating type first.</summary>
    internal static Tensor FloatUnary<TOp>(TOp op, Tensor x, Tensor? into = null) where TOp : struct, IFloatUnary
    {
        using Temporaries own = Temporaries.Enter();
        ScalarType stored = into?.dtype ?? ScalarTypes.Floating(x.dtype);
        x = x.AsDtype(ScalarTypes.Computed(stored));
        Tensor y = into ?? Fresh(x.Sizes, stored, x.device);
        switch (stored)
        {
            case ScalarType.Float64: Elementwise.Run<double, double>(x, y, op.Invoke); break;
            case ScalarType.Float32: Elementwise.Run<float, float>(x, y, op.Invoke); break;
            default: Casting.Copy(FloatUnary(op, x), y); break;
        }
        return own.Keep(y);
    }

    internal static Tensor Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor? into = null) where TOp : struct, IBinary
    {
        using Temporaries own = Temporaries.Enter();
        (a, b, Tensor y) = Align(a, b, ScalarTypes.ResultOf(a, b), into);
        switch (y.dtype)
        {
            case ScalarType.Float32: Elementwise.Run<float, float, float>(a, b, y, op.Invoke); break;
            case ScalarType.Float64: Elementwise.Run<double, double, double>(a, b, y, op.Invoke); break;
            case ScalarType.Int64: Elementwise.Run<long, long, long>(a, b, y, op.Invoke); break;
            case ScalarType.Int32: Elementwise.Run<int, int, int>(a, b, y, op.Invoke); break;
            case ScalarType.Int16: Elementwise.Run<short, short, short>(a, b, y, op.Invoke); break;
            case ScalarType.Int8: Elementwise.Run<sbyte, sbyte, sbyte>(a, b, y, op.Invoke); break;
            case ScalarType.Float16 or ScalarType.BFloat16: Casting.Copy(Binary(op, a, b), y); break;
            default: Elementwise.Run<byte, byte, byte>(a, b, y, op.Invoke); break;
        }
        return own.Keep(y);
    }

    internal static Tensor FloatBinary<TOp>(TOp op, Tensor a, Tensor b, Tensor? into = null) where TOp : struct, IFloatBinary
    {
        using Temporaries own = Temporaries.Enter();
        (a, b, Tensor y) = Align(a, b, ScalarTypes.Floating(ScalarTypes.ResultOf(a, b)), into);
        switch (y.dtype)
        {
            case ScalarType.Float64: Elementwise.Run<double, double, double>(a, b, y, op.Invoke); break;
            case ScalarType.Float32: Elementwise.Run<float, float, float>(a, b, y, op.Invoke); break;
            default: Casting.Copy(FloatBinary(op, a, b), y); break;
        }
        return own.Keep(y);
    }

    internal static Tensor Bitwise<TOp>(string name, TOp op, Tensor a, Tensor b, Tensor? into = null) where TOp : struct, IBitwise
    {
        using Temporaries own = Temporaries.Enter();
        (a, b, Tensor y) = Align(a, b, ScalarTypes.ResultOf(a, b), into);
        switch (y.dtype)
        {
            case ScalarType.Int64: Elementwise.Run<long, long, long>(a, b, y, op.Invoke); break;
            case ScalarType.Int32: Elementwise.Run<int, int, int>(a, b, y, op.Invoke); break;
            case ScalarType.Int16: Elementwise.Run<short, short, short>(a, b, y, op.Invoke); break;
            case ScalarType.Int8: Elementwise.Run<sbyte, sbyte, sbyte>(a, b, y, op.Invoke); break;
            case ScalarType.Byte or ScalarType.Bool: Elementwise.Run<byte, byte, byte>(a, b, y, op.Invoke); break;
            default: throw TorchError.Of($"\"{name}_cpu\" not implemented for '{y.dtype}'");
        }
        return own.Keep(y);
    }

    internal static Tensor Test<TOp>(TOp op, Tensor x, ScalarType? type = null) where TOp : struct, IPredicate
    {
        using Temporaries own = Temporaries.Enter();
        x = x.AsDtype(ScalarTypes.Computed(type ?? x.dtype));
        Tensor y = Fresh(x.Sizes, ScalarType.Bool, x.device);
        switch (x.dtype)
        {
            case ScalarType.Float32: Elementwise.Run<float, bool>(x, y, op.Invoke); break;
            case ScalarType.Float64: Elementwise.Run<double, bool>(x, y, op.Invoke); break;
            case ScalarType.Int64: Elementwise.Run<long, bool>(x, y, op.Invoke); break;
            case ScalarType.Int32: Elementwise.Run<int, bool>(x, y, op.Invoke); break;
            case ScalarType.Int16: Elementwise.Run<short, bool>(x, y, op.Invoke); break;
            case ScalarType.Int8: Elementwise.Run<sbyte, bool>(x, y, op.Invoke); break;
            default: Elementwise.Run<byte, bool>(x, y, op.Invoke); break;
        }
        return own.Keep(y);
    }

    internal static Tensor Compare<TOp>(TOp op, Tensor a, Tensor b) where TOp : struct, IComparison
    {
        using Temporaries own = Temporaries.Enter();
        ScalarType type = ScalarTypes.Computed(ScalarTypes.ResultOf(a, b));
        Device device = Devices.Common(a, b);
        long[] sizes = Shapes.Broadcast(a.Sizes, b.Sizes);
        (a, b) = (a.AsDtype(type).Spread(sizes), b.AsDtype(type).Spread(sizes));
        Tensor y = Fresh(sizes, ScalarType.Bool, device);
        switch (type)
        {
            case ScalarType.Float32: Elementwise.Run<float, float, bool>(a, b, y, op.Invoke); break;
            case ScalarType.Float64: Elementwise.Run<double, double, bool>(a, b, y, op.Invoke); break;
            case ScalarType.Int64: Elementwise.Run<long, long, bool>(a, b, y, op.Invoke); break;
            case ScalarType.Int32: Elementwise.Run<int, int, bool>(a, b, y, op.Invoke); break;
            case ScalarType.Int16: Elementwise.Run<short, short, bool>(a, b, y, op.Invoke); break;
            case ScalarType.Int8: Elementwise.Run<sbyte, sbyte, bool>(a, b, y, op.Invoke); break;
            default: Elementwise.Run<byte, byte, bool>(a, b, y, op.Invoke); break;
        }
        return own.Keep(y);
    }

    /// <summary>condition ? a : b, all broadcast.</summary>
    internal static Tensor Select(Tensor condition, Tensor a, Tensor b)
    {
        using Temporaries own = Temporaries.Enter();
        ScalarType type = ScalarTypes.ResultOf(a, b);
        Device device = Devices.Common(condition, a, b);
        long[] sizes = Shapes.Broadcast(Shapes.Broadcast(a.Sizes, b.Sizes), condition.Sizes);
        (condition, a, b) = (condition.Spread(sizes), a.AsDtype(type).Spread(sizes), b.AsDtype(type).Spread(sizes));
        Tensor y = Fresh(sizes, type, device);
        switch (ScalarTypes.SizeOf(type))
        {
            case 8: Elementwise.Run<bool, ulong, ulong, ulong>(condition, a, b, y, Choose); break;
            case 4: Elementwise.Run<bool, uint, uint, uint>(condition, a, b, y, Choose); break;
            case 2: Elementwise.Run<bool, ushort, ushort, ushort>(condition, a, b, y, Choose); break;
            default: Elementwise.Run<bool, byte, byte, byte>(condition, a, b, y, Choose); break;
        }
        return own.Keep(y);
    }

    internal static Tensor Fresh(ReadOnlySpan<long> sizes, ScalarType type, Device device)
    {
        foreach (long size in sizes)
        {
            if (size < 0) throw TorchError.Of($"Trying to create tensor with negative dimension {size}: {Shapes.Text(sizes)}");
        }
        return new Tensor(new TensorImpl(new TensorStorage(type, Shapes.Count(sizes), device), sizes.ToArray(), Shapes.RowMajor(sizes), 0));
    }

    /// <summary>A tensor of elements that a kernel worked out where the tensor lies.</summary>
    internal static Tensor Of<T>(ReadOnlySpan<T> elements, ReadOnlySpan<long> sizes, Device device) where T : unmanaged
    {
        Tensor made = Fresh(sizes, ScalarTypes.Of<T>(), device);
        elements.CopyTo(made.Flat<T>());
        return made;
    }

    private static void Choose<T>(ReadOnlySpan<bool> condition, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = condition[i] ? a[i] : b[i];
    }

    private static (Tensor A, Tensor B, Tensor Y) Align(Tensor a, Tensor b, ScalarType type, Tensor? into)
    {
        Device device = Devices.Common(a, b);
        long[] sizes = Shapes.Broadcast(a.Sizes, b.Sizes);
        if (into is not null && !into.Sizes.AsSpan().SequenceEqual(sizes))
            throw TorchError.Of($"output with shape {Shapes.Text(into.Sizes)} doesn't match the broadcast shape {Shapes.Text(sizes)}");
        if (into is not null) type = into.dtype;
        ScalarType computed = ScalarTypes.Computed(type);
        return (a.AsDtype(computed).Spread(sizes), b.AsDtype(computed).Spread(sizes), into ?? Fresh(sizes, type, device));
    }
}

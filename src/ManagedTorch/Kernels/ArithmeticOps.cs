using System.Numerics;

namespace TorchSharp;

internal readonly struct Negate : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Negate(x, y);
}

internal readonly struct Absolute : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < x.Length; i++) y[i] = T.IsNegative(x[i]) ? -x[i] : x[i];
    }
}

internal readonly struct Signum : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < x.Length; i++) y[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? -T.One : T.Zero;
    }
}

internal readonly struct Rectify : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Max(x, T.Zero, y);
}

internal readonly struct Fill(Scalar value) : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T> => y.Fill(value.As<T>());
}

internal readonly struct AddNumber(Scalar value, Scalar alpha) : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        TensorPrimitives.Add(x, value.As<T>() * alpha.As<T>(), y);
}

internal readonly struct SubtractFromNumber(Scalar value) : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Subtract(value.As<T>(), x, y);
}

internal readonly struct MultiplyNumber(Scalar value) : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(x, value.As<T>(), y);
}

internal readonly struct Clamp(Scalar? min, Scalar? max) : IUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        if (min is not null) TensorPrimitives.Max(x, min.As<T>(), y);
        if (max is not null) TensorPrimitives.Min(min is null ? x : y, max.As<T>(), y);
    }
}

/// <summary>a + alpha · b.</summary>
internal readonly struct AddScaled(Scalar alpha) : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
    {
        T scale = alpha.As<T>();
        if (scale == T.One) TensorPrimitives.Add(a, b, y);
        else if (scale == -T.One) TensorPrimitives.Subtract(a, b, y);
        else TensorPrimitives.MultiplyAdd(b, scale, a, y);
    }
}

internal readonly struct Multiply : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);
}

internal readonly struct Maximum : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Max(a, b, y);
}

internal readonly struct Minimum : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Min(a, b, y);
}

/// <summary>The remainder with the divisor's sign, as Python's %.</summary>
internal readonly struct FloorModulo : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            T remainder = Modulo.Of(a[i], b[i]);
            y[i] = remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(b[i]) ? remainder + b[i] : remainder;
        }
    }
}

/// <summary>The remainder with the dividend's sign, as C's fmod.</summary>
internal readonly struct Modulo : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = Of(a[i], b[i]);
    }

    internal static T Of<T>(T a, T b) where T : unmanaged, INumber<T> => b == T.Zero && typeof(T) != typeof(float) && typeof(T) != typeof(double)
        ? throw TorchError.Of("ZeroDivisionError")
        : a % b;
}

internal readonly struct IntegerPower : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = Of(a[i], b[i]);
    }

    private static T Of<T>(T value, T exponent) where T : unmanaged, INumber<T>
    {
        if (exponent < T.Zero) return value == T.One ? T.One : value == -T.One ? (T.IsOddInteger(exponent) ? value : T.One) : T.Zero;
        T result = T.One;
        for (long left = long.CreateTruncating(exponent); left > 0; left >>= 1, value *= value)
        {
            if ((left & 1) != 0) result *= value;
        }
        return result;
    }
}

/// <summary>Integer division towards −∞, or towards zero.</summary>
internal readonly struct IntegerDivide(bool floor) : IBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            if (b[i] == T.Zero) throw TorchError.Of("ZeroDivisionError");
            T quotient = a[i] / b[i];
            bool below = floor && quotient * b[i] != a[i] && T.IsNegative(a[i]) != T.IsNegative(b[i]);
            y[i] = below ? quotient - T.One : quotient;
        }
    }
}

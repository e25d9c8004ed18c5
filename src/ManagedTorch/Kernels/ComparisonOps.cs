using System.Numerics;

namespace TorchSharp;

internal readonly struct Equal : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] == b[i];
    }
}

internal readonly struct EqualNumber(Scalar value) : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        T number = value.As<T>();
        for (int i = 0; i < y.Length; i++) y[i] = x[i] == number;
    }
}

internal readonly struct NotEqual : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] != b[i];
    }
}

internal readonly struct NotEqualNumber(Scalar value) : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        T number = value.As<T>();
        for (int i = 0; i < y.Length; i++) y[i] = x[i] != number;
    }
}

internal readonly struct Less : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] < b[i];
    }
}

internal readonly struct LessNumber(Scalar value) : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        T number = value.As<T>();
        for (int i = 0; i < y.Length; i++) y[i] = x[i] < number;
    }
}

internal readonly struct LessOrEqual : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] <= b[i];
    }
}

internal readonly struct LessOrEqualNumber(Scalar value) : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        T number = value.As<T>();
        for (int i = 0; i < y.Length; i++) y[i] = x[i] <= number;
    }
}

internal readonly struct Greater : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] > b[i];
    }
}

internal readonly struct GreaterNumber(Scalar value) : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        T number = value.As<T>();
        for (int i = 0; i < y.Length; i++) y[i] = x[i] > number;
    }
}

internal readonly struct GreaterOrEqual : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] >= b[i];
    }
}

internal readonly struct GreaterOrEqualNumber(Scalar value) : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        T number = value.As<T>();
        for (int i = 0; i < y.Length; i++) y[i] = x[i] >= number;
    }
}

internal readonly struct IsNaN : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = T.IsNaN(x[i]);
    }
}

internal readonly struct IsFinite : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = T.IsFinite(x[i]);
    }
}

internal readonly struct IsInfinite : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = T.IsInfinity(x[i]);
    }
}

internal readonly struct IsPositiveInfinite : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = T.IsPositiveInfinity(x[i]);
    }
}

internal readonly struct IsNegativeInfinite : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = T.IsNegativeInfinity(x[i]);
    }
}

internal readonly struct IsZero : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = x[i] == T.Zero;
    }
}

internal readonly struct IsNotZero : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = x[i] != T.Zero;
    }
}

internal readonly struct HasSign : IPredicate
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = T.IsNegative(x[i]);
    }
}

internal readonly struct LogicalAnd : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] != T.Zero && b[i] != T.Zero;
    }
}

internal readonly struct LogicalOr : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] != T.Zero || b[i] != T.Zero;
    }
}

internal readonly struct LogicalXor : IComparison
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = (a[i] != T.Zero) != (b[i] != T.Zero);
    }
}

internal readonly struct BitwiseAnd : IBitwise
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] & b[i];
    }
}

internal readonly struct BitwiseOr : IBitwise
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] | b[i];
    }
}

internal readonly struct BitwiseXor : IBitwise
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = a[i] ^ b[i];
    }
}

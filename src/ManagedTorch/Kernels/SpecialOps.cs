using System.Numerics;

namespace TorchSharp;

/// <summary>A function that is known for one number in double precision.</summary>
internal readonly struct InDouble(Func<double, double> function) : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) y[i] = T.CreateTruncating(function(double.CreateTruncating(x[i])));
    }
}

internal readonly struct GreatestCommonDivisor : IBitwise
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = Of(a[i], b[i]);
    }

    internal static T Of<T>(T a, T b) where T : unmanaged, IBinaryInteger<T>
    {
        while (b != T.Zero) (a, b) = (b, a % b);
        return T.Abs(a);
    }
}

internal readonly struct LeastCommonMultiple : IBitwise
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            T divisor = GreatestCommonDivisor.Of(a[i], b[i]);
            y[i] = divisor == T.Zero ? T.Zero : T.Abs(a[i] / divisor * b[i]);
        }
    }
}

/// <summary>Bits moved left, or right with the sign kept; by as many as there are or more, all are gone.</summary>
internal readonly struct Shift(bool left) : IBitwise
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryInteger<T>
    {
        int bits = T.Zero.GetByteCount() * 8;
        for (int i = 0; i < y.Length; i++)
        {
            int by = int.CreateSaturating(b[i]);
            bool gone = by < 0 || by >= bits;
            y[i] = left ? (gone ? T.Zero : a[i] << by) : a[i] >> (gone ? bits - 1 : by);
        }
    }
}

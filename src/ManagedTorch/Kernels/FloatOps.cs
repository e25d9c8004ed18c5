using System.Numerics;

namespace TorchSharp;

internal readonly struct Exponential : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp(x, y);
}

internal readonly struct ExponentialMinusOne : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.ExpM1(x, y);
}

internal readonly struct Exponential2 : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp2(x, y);
}

internal readonly struct Logarithm : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log(x, y);
}

internal readonly struct LogarithmOnePlus : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.LogP1(x, y);
}

internal readonly struct Logarithm2 : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log2(x, y);
}

internal readonly struct Logarithm10 : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log10(x, y);
}

internal readonly struct SquareRoot : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);
}

internal readonly struct Reciprocal : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Reciprocal(x, y);
}

internal readonly struct Sine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sin(x, y);
}

internal readonly struct Cosine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cos(x, y);
}

internal readonly struct Tangent : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Tan(x, y);
}

internal readonly struct HyperbolicSine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sinh(x, y);
}

internal readonly struct HyperbolicCosine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cosh(x, y);
}

internal readonly struct HyperbolicTangent : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Tanh(x, y);
}

internal readonly struct ArcSine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Asin(x, y);
}

internal readonly struct ArcCosine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Acos(x, y);
}

internal readonly struct ArcTangent : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atan(x, y);
}

internal readonly struct HyperbolicArcSine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Asinh(x, y);
}

internal readonly struct HyperbolicArcCosine : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Acosh(x, y);
}

internal readonly struct HyperbolicArcTangent : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atanh(x, y);
}

internal readonly struct Logistic : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sigmoid(x, y);
}

internal readonly struct Floor : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Floor(x, y);
}

internal readonly struct Ceiling : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Ceiling(x, y);
}

internal readonly struct Truncate : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Truncate(x, y);
}

internal readonly struct ReciprocalSquareRoot : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Sqrt(x, y);
        TensorPrimitives.Divide(T.One, y, y);
    }
}

internal readonly struct RoundToEven(int decimals) : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (decimals == 0)
        {
            TensorPrimitives.Round(x, y);
            return;
        }
        T scale = T.CreateTruncating(Math.Pow(10, decimals));
        for (int i = 0; i < x.Length; i++) y[i] = T.Round(x[i] * scale, MidpointRounding.ToEven) / scale;
    }
}

internal readonly struct Erf : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) y[i] = T.CreateTruncating(ErrorFunction.Erf(double.CreateTruncating(x[i])));
    }
}

internal readonly struct NanToNum(double nan, double? posinf, double? neginf) : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T greatest = typeof(T) == typeof(float) ? T.CreateTruncating(float.MaxValue) : T.CreateTruncating(double.MaxValue);
        T high = posinf is { } p ? T.CreateTruncating(p) : greatest;
        T low = neginf is { } n ? T.CreateTruncating(n) : -greatest;
        T zero = T.CreateTruncating(nan);
        for (int i = 0; i < x.Length; i++) y[i] = T.IsNaN(x[i]) ? zero : T.IsPositiveInfinity(x[i]) ? high : T.IsNegativeInfinity(x[i]) ? low : x[i];
    }
}

internal readonly struct PowerOfNumber(double exponent) : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (exponent)
        {
            case 2: TensorPrimitives.Multiply(x, x, y); break;
            case 1: x.CopyTo(y); break;
            case 0.5: TensorPrimitives.Sqrt(x, y); break;
            case -1: TensorPrimitives.Divide(T.One, x, y); break;
            case 0: y.Fill(T.One); break;
            default:
                T power = T.CreateTruncating(exponent);
                for (int i = 0; i < x.Length; i++) y[i] = T.Pow(x[i], power);
                break;
        }
    }
}

internal readonly struct DivideByNumber(Scalar divisor) : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Divide(x, T.CreateTruncating(divisor.Real), y);
}

internal readonly struct DivideNumber(Scalar dividend) : IFloatUnary
{
    public void Invoke<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Divide(T.CreateTruncating(dividend.Real), x, y);
}

internal readonly struct Divide : IFloatBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Divide(a, b, y);
}

internal readonly struct DivideRounded(bool floor) : IFloatBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Divide(a, b, y);
        if (floor) TensorPrimitives.Floor(y, y);
        else TensorPrimitives.Truncate(y, y);
    }
}

internal readonly struct Power : IFloatBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = T.Pow(a[i], b[i]);
    }
}

internal readonly struct ArcTangent2 : IFloatBinary
{
    public void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atan2(a, b, y);
}

namespace TorchSharp;

public static partial class torch
{
    public struct FInfo
    {
        public int bits;
        public double eps;
        public double max;
        public double min;
        public double tiny;
        public double smallest_normal;
        public double resolution;
    }

    public static FInfo finfo() => finfo(get_default_dtype());

    public static FInfo finfo(ScalarType dtype) => dtype switch
    {
        ScalarType.BFloat16 => Limits(16, significand: 8, exponent: 8, digits: 2),
        ScalarType.Float16 => Limits(16, significand: 11, exponent: 5, digits: 3),
        ScalarType.Float32 or ScalarType.ComplexFloat32 => Limits(32, significand: 24, exponent: 8, digits: 6),
        ScalarType.Float64 or ScalarType.ComplexFloat64 => Limits(64, significand: 53, exponent: 11, digits: 15),
        _ => throw new ArgumentException($"Floating-point numbers have these limits; {dtype} is none.", nameof(dtype)),
    };

    // Of a binary format: so many bits of significand, the hidden one included, and of exponent.
    private static FInfo Limits(int bits, int significand, int exponent, int digits)
    {
        int bias = (1 << (exponent - 1)) - 1;
        double eps = Math.ScaleB(1, 1 - significand), max = Math.ScaleB(2 - eps, bias), tiny = Math.ScaleB(1, 1 - bias);
        return new() { bits = bits, eps = eps, max = max, min = -max, tiny = tiny, smallest_normal = tiny, resolution = Math.Pow(10, -digits) };
    }
}

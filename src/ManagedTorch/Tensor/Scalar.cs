using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    private readonly double real;
    private readonly long integer;

    private Scalar(double value) => (Type, real, integer) = (ScalarType.Float64, value, 0);

    private Scalar(long value) => (Type, real, integer) = (ScalarType.Int64, value, value);

    private Scalar(bool value) => (Type, real, integer) = (ScalarType.Bool, value ? 1 : 0, value ? 1 : 0);

    public ScalarType Type { get; }

    internal double Real => real;

    internal long Integer => Type == ScalarType.Float64 ? (long)real : integer;

    internal bool Truth => real != 0;

    internal Scalar Negated => Type == ScalarType.Float64 ? new(-real) : new Scalar(-integer);

    /// <summary>The number as an element of type T, as a conversion in C would give it.</summary>
    internal T As<T>() where T : unmanaged, System.Numerics.INumber<T> => Type == ScalarType.Float64 ? T.CreateTruncating(real) : T.CreateTruncating(integer);

    public static implicit operator Scalar(byte value) => new((long)value);

    public static implicit operator Scalar(sbyte value) => new((long)value);

    public static implicit operator Scalar(short value) => new((long)value);

    public static implicit operator Scalar(int value) => new((long)value);

    public static implicit operator Scalar(long value) => new(value);

    public static implicit operator Scalar(Half value) => new((double)value);

    public static implicit operator Scalar(BFloat16 value) => new((double)value);

    public static implicit operator Scalar(float value) => new((double)value);

    public static implicit operator Scalar(double value) => new(value);

    public static implicit operator Scalar(bool value) => new(value);

    public override string ToString() => Type switch
    {
        ScalarType.Bool => Truth ? "True" : "False",
        ScalarType.Int64 => integer.ToString(CultureInfo.InvariantCulture),
        _ => real.ToString(CultureInfo.InvariantCulture),
    };

    public void Dispose()
    {
    }
}

using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Sizes, categories and promotion of element types.</summary>
internal static class ScalarTypes
{
    internal static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw Unsupported(type),
    };

    internal static NotSupportedException Unsupported(object type) => new($"{Gap.ElementTypes.Exception.Message} (Asked for: {type}.)");

    internal static bool IsFloating(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>A type to keep numbers in and not to compute in: kernels widen it to float32, and round what they store to the nearest, ties to even.</summary>
    internal static bool IsNarrow(ScalarType type) => type is ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>The type that a kernel computes elements of <paramref name="type"/> in.</summary>
    internal static ScalarType Computed(ScalarType type) => IsNarrow(type) ? ScalarType.Float32 : type;

    internal static bool IsInteger(ScalarType type) => type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64;

    /// <summary>Bool before integers before floating types before complex ones.</summary>
    internal static int Category(ScalarType type) => type == ScalarType.Bool ? 0 : IsInteger(type) ? 1 : IsFloating(type) ? 2 : 3;

    internal static ScalarType Of<T>() => Of(typeof(T));

    internal static ScalarType Of(Type type)
    {
        if (type == typeof(float)) return ScalarType.Float32;
        if (type == typeof(double)) return ScalarType.Float64;
        if (type == typeof(long)) return ScalarType.Int64;
        if (type == typeof(int)) return ScalarType.Int32;
        if (type == typeof(short)) return ScalarType.Int16;
        if (type == typeof(sbyte)) return ScalarType.Int8;
        if (type == typeof(byte)) return ScalarType.Byte;
        if (type == typeof(bool)) return ScalarType.Bool;
        if (type == typeof(Half)) return ScalarType.Float16;
        if (type == typeof(BFloat16)) return ScalarType.BFloat16;
        throw Unsupported(type);
    }

    internal static ScalarType Promote(ScalarType a, ScalarType b)
    {
        if (a == b) return a;
        int left = Category(a);
        int right = Category(b);
        if (left != right) return left > right ? a : b;
        // uint8 has no common width with the signed types but the next one up.
        if (a == ScalarType.Byte) return b == ScalarType.Int8 ? ScalarType.Int16 : b;
        if (b == ScalarType.Byte) return a == ScalarType.Int8 ? ScalarType.Int16 : a;
        // Each of the narrow types has what the other lacks: range, or precision.
        if (IsNarrow(a) && IsNarrow(b)) return ScalarType.Float32;
        return SizeOf(a) >= SizeOf(b) ? a : b;
    }

    /// <summary>A tensor without dimensions gives way to one that has some, unless it is of a higher category.</summary>
    internal static ScalarType ResultOf(Tensor a, Tensor b)
    {
        ScalarType left = a.dtype;
        ScalarType right = b.dtype;
        bool leftHasDims = a.dim() > 0;
        bool rightHasDims = b.dim() > 0;
        if (leftHasDims == rightHasDims) return Promote(left, right);
        (ScalarType strong, ScalarType weak) = leftHasDims ? (left, right) : (right, left);
        return Category(weak) > Category(strong) ? Promote(weak, strong) : strong;
    }

    /// <summary>A number gives way to any tensor of its category.</summary>
    internal static ScalarType ResultOf(Tensor tensor, Scalar number)
    {
        ScalarType type = tensor.dtype;
        if (Category(number.Type) <= Category(type)) return type;
        return IsFloating(number.Type) ? get_default_dtype() : ScalarType.Int64;
    }

    internal static ScalarType Floating(ScalarType type) => IsFloating(type) ? type : get_default_dtype();
}

using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Precision;

/// <summary>How numbers become float16 and bfloat16, by their bits.</summary>
public class RoundingTests
{
    [Theory]
    [InlineData(1f, 0x3C00)]
    [InlineData(-2f, 0xC000)]
    [InlineData(0.1f, 0x2E66)]
    [InlineData(2049f, 0x6800)] // half way: to the even 2048
    [InlineData(2051f, 0x6802)] // half way: to the even 2052
    [InlineData(65504f, 0x7BFF)]
    [InlineData(65519.996f, 0x7BFF)]
    [InlineData(65520f, 0x7C00)] // half way to what would be 2^16: infinity
    [InlineData(-1e9f, 0xFC00)]
    [InlineData(5.9604645e-8f, 0x0001)] // 2^-24, the smallest
    [InlineData(2.9802322e-8f, 0x0000)] // half of it: to the even zero
    [InlineData(3e-8f, 0x0001)]
    public void float16_is_the_nearest_with_ties_to_even(float number, int bits) => Assert.Equal(bits, Bits(tensor(number).half()));

    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2f, 0xC000)]
    [InlineData(0.1f, 0x3DCD)]
    [InlineData(1.00390625f, 0x3F80)] // 1 + 2^-8, half way: to the even 1
    [InlineData(1.01171875f, 0x3F82)] // 1 + 3·2^-8, half way: to the even 1 + 2^-6
    [InlineData(1.0039064f, 0x3F81)]
    [InlineData(3.3895314e38f, 0x7F7F)]
    [InlineData(3.4028235e38f, 0x7F80)] // float32's largest is past half way: infinity
    [InlineData(float.NegativeInfinity, 0xFF80)]
    public void bfloat16_is_the_nearest_with_ties_to_even(float number, int bits)
    {
        Assert.Equal(bits, Bits(tensor(number).bfloat16()));
        Assert.Equal(bits, Bits(tensor(new BFloat16(number))));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void What_is_not_a_number_stays_so(ScalarType type) => Assert.True(tensor(float.NaN).to(type).isnan().item<bool>());

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_number_of_the_type_survives_float32_and_float64(ScalarType type)
    {
        ushort[] all = [.. Enumerable.Range(0, 0x10000).Select(i => (ushort)i)];
        Tensor numbers = empty(all.Length, type);
        MemoryMarshal.AsBytes(all.AsSpan()).CopyTo(numbers.bytes);
        Tensor known = numbers[numbers.isnan().logical_not()];
        Assert.True(known.Equals(known.to(float32).to(type)));
        Assert.True(known.Equals(known.to(float64).to(type)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Other_types_are_converted_as_float32_is(ScalarType type)
    {
        Assert.Equal([1L, 0, -3], tensor([1.9, -0.5, -3.2]).to(type).to(int64).data<long>().ToArray());
        Assert.Equal([true, false, true], tensor([0.5f, 0, -2]).to(type).to(@bool).data<bool>().ToArray());
        Assert.Equal(3, tensor(3L).to(type).ToSingle());
        Assert.Equal(1, tensor(true).to(type).ToSingle());
        Assert.Equal(255, tensor((byte)255).to(type).ToSingle());
    }

    [Fact]
    public void float16_and_bfloat16_are_converted_to_each_other()
    {
        Assert.Equal(65504 + 32, tensor(65504f).half().bfloat16().ToSingle());
        Assert.Equal(float.PositiveInfinity, tensor(1e30f).bfloat16().half().ToSingle());
    }

    [Fact]
    public void Elements_are_read_as_Half_and_as_BFloat16()
    {
        using Tensor half = tensor([(Half)1.5f, (Half)(-2)]), brain = tensor([new BFloat16(1.5f), new BFloat16(-2)]);
        Assert.Equal((float16, bfloat16), (half.dtype, brain.dtype));
        Assert.Equal([(Half)1.5f, (Half)(-2)], half.data<Half>().ToArray());
        Assert.Equal([new BFloat16(1.5f), new BFloat16(-2)], brain.data<BFloat16>().ToArray());
        Assert.Equal((Half)(-2), half[1].item<Half>());
        Assert.Equal(new BFloat16(-2), brain[1].item<BFloat16>());
        Assert.Equal((1.5f, 1.5f), (half.ReadCpuFloat16(0), brain.ReadCpuBFloat16(0)));
        Assert.Throws<ArgumentException>(() => half[1].item<float>());
        Assert.Equal((2, 2), (half.ElementSize, brain.ElementSize));
    }

    [Fact]
    public void A_BFloat16_computes_in_float32_and_rounds()
    {
        BFloat16 one = BFloat16.One, small = new(0.00390625f);
        Assert.Equal(one, one + small);
        Assert.Equal(new BFloat16(1.0078125f), one + (small * new BFloat16(2)));
        Assert.Equal(new BFloat16(256), one / small);
        Assert.Equal(-small, small - (small + small));
        Assert.False(BFloat16.NaN.Equals(BFloat16.NaN));
        Assert.True(small < one && one > small);
        Assert.Equal(0x3F80, Bits(tensor(BFloat16.One)));
        Assert.True(BFloat16.IsInfinity(BFloat16.MaxValue + BFloat16.MaxValue));
    }

    public static TheoryData<ScalarType> Types() => [float16, bfloat16];

    private static int Bits(Tensor number) => MemoryMarshal.Read<ushort>(number.bytes);
}

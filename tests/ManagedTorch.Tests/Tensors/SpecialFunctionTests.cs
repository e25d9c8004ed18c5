using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class SpecialFunctionTests
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, double At, double Value)> Known = new()
    {
        ["lgamma of ½ is ln √π"] = (x => x.lgamma(), 0.5, 0.57236494292470008),
        ["lgamma of 10 is ln 9!"] = (x => x.lgamma(), 10, 12.801827480081469),
        ["lgamma below zero"] = (x => x.lgamma(), -0.5, 1.2655121234846454),
        ["lgamma at a pole"] = (x => x.lgamma(), -1, double.PositiveInfinity),
        ["digamma of 1 is −γ"] = (x => x.digamma(), 1, -0.57721566490153286),
        ["digamma below zero"] = (x => x.digamma(), -0.5, 0.03648997397857652),
        ["trigamma of 1 is π²/6"] = (x => x.polygamma(1), 1, 1.6449340668482264),
        ["trigamma of ½ is π²/2"] = (x => x.polygamma(1), 0.5, 4.9348022005446793),
        ["the derivative of trigamma at 1 is −2ζ(3)"] = (x => x.polygamma(2), 1, -2.4041138063191886),
        ["mvlgamma of one dimension is lgamma"] = (x => x.mvlgamma(1), 10, 12.801827480081469),
        ["mvlgamma of two dimensions"] = (x => x.mvlgamma(2), 2, 0.45158270528945482),
        ["erfinv"] = (x => x.erfinv(), 0.5, 0.47693627620446987),
        ["erfinv far out"] = (x => x.erfinv(), -0.999, -2.3267537655135246),
        ["erfinv at 1"] = (x => x.erfinv(), 1, double.PositiveInfinity),
        ["entr"] = (special.entr, 0.5, 0.34657359027997264),
        ["entr of zero"] = (special.entr, 0, 0),
        ["entr below zero"] = (special.entr, -1, double.NegativeInfinity),
        ["ndtr"] = (special.ndtr, 1, 0.84134474606854293),
        ["ndtri"] = (special.ndtri, 0.975, 1.959963984540054),
        ["i1"] = (special.i1, 1, 0.56515910399248503),
        ["i1e"] = (special.i1e, -1, -0.20791041534970845),
        ["i0e"] = (special.i0e, 1, 0.46575960759364043),
        ["xlog1py"] = (x => special.xlog1py(x, tensor(-1.0)), 0, 0),
        ["i0"] = (x => x.i0(), 1, 1.2660658777520084),
        ["i0 of a large number"] = (x => x.i0(), -10, 2815.7166284662544),
        ["sinc"] = (x => x.sinc(), 0.5, 0.63661977236758134),
        ["sinc of zero"] = (x => x.sinc(), 0, 1),
        ["copysign"] = (x => x.copysign(tensor(-0.0)), 3, -3),
        ["heaviside at zero"] = (x => x.heaviside(tensor(0.25)), 0, 0.25),
        ["heaviside above"] = (x => x.heaviside(tensor(0.25)), 2, 1),
        ["fmax passes NaN by"] = (x => x.fmax(tensor(double.NaN)), 2, 2),
        ["fmin passes NaN by"] = (x => tensor(double.NaN).fmin(x), 2, 2),
        ["ldexp"] = (x => x.ldexp(tensor(3)), 1.5, 12),
        ["logaddexp2"] = (x => x.logaddexp2(x), 5, 6),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Smooth = new()
    {
        ["lgamma"] = x => (x.abs() + 0.1).lgamma() + (x.tanh() - 2.5).lgamma(),
        ["digamma"] = x => (x.abs() + 0.1).digamma(),
        ["polygamma"] = x => (x.abs() + 0.5).polygamma(2),
        ["mvlgamma"] = x => (x.abs() + 2).mvlgamma(3),
        ["erfinv"] = x => (x * 0.3).erfinv(),
        ["i0"] = x => x.i0(),
        ["i1e"] = special.i1e,
        ["entr"] = x => special.entr(x.abs()),
        ["ndtr"] = special.ndtr,
        ["sinc"] = x => x.sinc(),
        ["copysign"] = x => x.copysign(x.detach().flip(0)),
        ["fmax"] = x => x.fmax(x.flip(0) * 0.5),
        ["logaddexp2"] = x => x.logaddexp2(x.flip(0)),
        ["ldexp"] = x => x.ldexp(tensor(3)),
    };

    public static TheoryData<string> Values => [.. Known.Keys];

    public static TheoryData<string> Derivatives => [.. Smooth.Keys];

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_are_those_of_the_tables(string name)
    {
        var (function, at, value) = Known[name];
        using Tensor x = tensor(at);
        Assert.Equal(value, function(x).item<double>(), Math.Abs(value) is > 1e-300 and < 1e300 ? Math.Abs(value) * 1e-13 : 0);
    }

    [Theory]
    [MemberData(nameof(Derivatives))]
    public void First_and_second_derivatives_are_those_of_differences(string name)
    {
        manual_seed(3);
        Gradients.CheckTwice(x => Smooth[name](x[0]), randn(7, dtype: float64));
    }

    [Fact]
    public void Integers_have_divisors_multiples_and_shifts()
    {
        using Tensor a = tensor([5L, 10, -15, 0]), b = tensor([3L, 4, 5, 0]);
        Assert.Equal([1L, 2, 5, 0], a.gcd(b).data<long>().ToArray());
        Assert.Equal([15L, 20, 15, 0], a.lcm(b).data<long>().ToArray());
        Assert.Equal([40L, 160, -480, 0], bitwise_left_shift(a, b).data<long>().ToArray());
        Assert.Equal([0L, 0, -1, 0], bitwise_right_shift(a, b).data<long>().ToArray());
    }

    [Fact]
    public void finfo_has_the_limits_of_a_type()
    {
        Assert.Equal((32, 1.1920928955078125e-07, 3.4028234663852886e+38, 1.1754943508222875e-38), (finfo().bits, finfo().eps, finfo().max, finfo().tiny));
        Assert.Equal((65504.0, 6.103515625e-05, 0.0009765625), (finfo(float16).max, finfo(float16).tiny, finfo(float16).eps));
        Assert.Equal((3.3895313892515355e+38, 0.0078125), (finfo(bfloat16).max, finfo(bfloat16).eps));
        Assert.Equal((double.MinValue, Math.BitIncrement(1) - 1), (finfo(float64).min, finfo(float64).eps));
        Assert.Throws<ArgumentException>(() => finfo(int32));
    }

    [Fact]
    public void Windows_rise_and_fall()
    {
        Assert.True(hann_window(4).allclose(tensor([0f, 0.5f, 1, 0.5f])));
        Assert.True(hann_window(5, periodic: false).allclose(tensor([0f, 0.5f, 1, 0.5f, 0])));
        Assert.True(bartlett_window(4).allclose(tensor([0f, 0.5f, 1, 0.5f])));
        Assert.True(hamming_window(4).allclose(tensor([0.08f, 0.54f, 1, 0.54f])));
        Assert.True(blackman_window(4).allclose(tensor([0f, 0.34f, 1, 0.34f]), atol: 1e-6));
        Assert.True(kaiser_window(4).allclose(tensor([5.277344e-5f, 0.21567274f, 1, 0.21567274f])));
    }

#if MANAGED_TORCH
    // TorchSharp has not all of these in half precision on a CPU.
    [Fact]
    public void Half_precision_is_the_wide_result_rounded_once()
    {
        using Tensor x = (rand(3, 4) + 0.5).to(bfloat16), y = rand(2, 4).to(bfloat16);
        Func<Tensor, Tensor, Tensor>[] functions =
        [
            (a, _) => a.lgamma(), (a, _) => a.sinc(), (a, _) => a.i0(), (a, _) => special.ndtr(a), (a, _) => cummax(a, 1).Item1, (a, b) => cdist(a, b), (a, _) => a.logaddexp2(a),
            (a, _) => nn.functional.unfold(a.reshape(1, 1, 3, 4), 2),
            (a, _) => nn.functional.ctc_loss(nn.functional.log_softmax(a, 1).to(float32).to(a.dtype), tensor([1L, 2]), tensor(3L), tensor(2L)),
        ];
        foreach (Func<Tensor, Tensor, Tensor> function in functions)
        {
            Tensor narrow = function(x, y), wide = function(x.to(float32), y.to(float32));
            Assert.Equal(bfloat16, narrow.dtype);
            Assert.True((narrow.to(float32) - wide).abs().le(wide.abs() * 0.02 + 1e-3).all().item<bool>());
        }
    }
#endif
}

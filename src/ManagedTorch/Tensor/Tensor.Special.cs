namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor erfinv() => FromOutput("ErfinvBackward", new InDouble(ErrorFunction.Inverse), (g, y) => g * (y * y).exp() * (Math.Sqrt(Math.PI) / 2));

        public Tensor erfinv_() => InPlace([], x => x.erfinv());

        public Tensor lgamma() => FromInput("LgammaBackward", new InDouble(GammaFunction.Log), (g, x) => g * x.digamma());

        public Tensor lgamma_() => InPlace([], x => x.lgamma());

        public Tensor digamma() => FromInput("DigammaBackward", new InDouble(GammaFunction.Digamma), (g, x) => g * x.polygamma(1));

        public Tensor digamma_() => InPlace([], x => x.digamma());

        public Tensor polygamma(long p)
        {
            if (p < 0) throw TorchError.Of($"There is no derivative number {p}.");
            return FromInput("PolygammaBackward", new InDouble(x => GammaFunction.Polygamma((int)p, x)), (g, x) => g * x.polygamma(p + 1));
        }

        public Tensor polygamma_(long p) => InPlace([], x => x.polygamma(p));

        /// <summary>ln of the gamma function of p dimensions: Σ ln Γ(x − j/2) + p(p − 1)/4 · ln π over j &lt; p.</summary>
        public Tensor mvlgamma(long p) => Op.Composed(this, x =>
        {
            if (p < 1) throw TorchError.Of($"The gamma function has at least one dimension, not {p}.");
            if (x.le((p - 1) / 2.0).any().Peek().Truth) throw TorchError.Of($"In {p} dimensions the gamma function is of numbers above {(p - 1) / 2.0}.");
            return (x.unsqueeze(-1) - (torch.arange(p, ScalarTypes.Floating(x.dtype), device) * 0.5)).lgamma().sum(-1L) + (p * (p - 1) / 4.0 * Math.Log(Math.PI));
        });

        public Tensor mvlgamma_(long p) => InPlace([], x => x.mvlgamma(p));

        public Tensor i0() => FromInput("I0Backward", new InDouble(x => BesselFunction.I(0, x)), (g, x) => g * x.I1());

        public Tensor i0_() => InPlace([], x => x.i0());

        internal Tensor I1() => FromInput("SpecialI1Backward", new InDouble(x => BesselFunction.I(1, x)), (g, x) =>
        {
            // I₁′ = I₀ − I₁/x, which is ½ at zero.
            Tensor zero = x.eq(0), safe = x.masked_fill(zero, 1);
            return g * (safe.i0() - (safe.I1() / safe)).masked_fill(zero, 0.5);
        });

        public Tensor sinc() => Op.Composed(this, x =>
        {
            Tensor zero = x.eq(0), angle = (x * Math.PI).masked_fill(zero, 1);
            return (angle.sin() / angle).masked_fill(zero, 1);
        });

        public Tensor sinc_() => InPlace([], x => x.sinc());

        /// <summary>The larger of two, where NaN counts as no number.</summary>
        public Tensor fmax(Tensor other) => Op.Composed(() => torch.where(ge(other).logical_or(other.isnan()), this, other));

        public Tensor fmin(Tensor other) => Op.Composed(() => torch.where(le(other).logical_or(other.isnan()), this, other));

        public Tensor copysign(Tensor other) => Op.Composed(() =>
        {
            Tensor size = IsFloating ? abs() : abs().to(ScalarTypes.Floating(dtype));
            return torch.where(other.signbit(), size.neg(), size);
        });

        public Tensor copysign_(Tensor other) => InPlace([other], x => x.copysign(other));

        /// <summary>The step from zero to one; at zero, what is given.</summary>
        public Tensor heaviside(Tensor other)
        {
            if (dtype != other.dtype) throw TorchError.Of($"heaviside takes two tensors of one type, not of {dtype} and {other.dtype}.");
            return Op.Composed(() => torch.where(eq(0), other, gt(0).to(dtype)));
        }

        public Tensor heaviside_(Tensor other) => InPlace([other], x => x.heaviside(other));

        public Tensor logaddexp2(Tensor other) => Op.Composed(this, other, (a, b) => a.maximum(b) + ((a - b).abs().neg().exp2().log1p() / Math.Log(2)));

        public Tensor ldexp(Tensor other) => Op.Composed(() => this * torch.tensor(2.0, ScalarTypes.Floating(dtype), device).pow(other));

        public Tensor ldexp_(Tensor other) => InPlace([other], x => x.ldexp(other));

        public Tensor float_power_(Tensor target) => InPlace([target], x => x.float_power(target));

        public Tensor xlogy_(Tensor y) => InPlace([y], x => x.xlogy(y));

        public Tensor xlogy_(Scalar y) => InPlace([], x => x.xlogy(y));

        public Tensor gcd(Tensor other) => Pointwise.Bitwise("gcd", default(GreatestCommonDivisor), this, other);

        public Tensor gcd_(Tensor other) => InPlace([other], x => x.gcd(other));

        public Tensor lcm(Tensor other) => Pointwise.Bitwise("lcm", default(LeastCommonMultiple), this, other);

        public Tensor lcm_(Tensor other) => InPlace([other], x => x.lcm(other));

        public Tensor bitwise_left_shift(Tensor other) => Pointwise.Bitwise("lshift", new Shift(left: true), this, other);

        public Tensor bitwise_left_shift_(Tensor other) => InPlace([other], x => x.bitwise_left_shift(other));

        public Tensor bitwise_right_shift(Tensor other) => Pointwise.Bitwise("rshift", new Shift(left: false), this, other);

        public Tensor bitwise_right_shift_(Tensor other) => InPlace([other], x => x.bitwise_right_shift(other));
    }
}

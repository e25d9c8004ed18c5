namespace TorchSharp;

public static partial class torch
{
    public static partial class special
    {
        public static Tensor digamma(Tensor input) => input.digamma();

        /// <summary>−x ln x, zero at zero, −∞ below.</summary>
        public static Tensor entr(Tensor input) => Op.Composed(input, x => (-x.xlogy(x)).masked_fill(x.lt(0), double.NegativeInfinity));

        public static Tensor erf(Tensor input) => input.erf();

        public static Tensor erfc(Tensor input) => input.erfc();

        public static Tensor erfinv(Tensor input) => input.erfinv();

        public static Tensor exp2(Tensor input) => input.exp2();

        public static Tensor expit(Tensor input) => input.sigmoid();

        public static Tensor expm1(Tensor input) => input.expm1();

        public static Tensor gammaln(Tensor input) => input.lgamma();

        public static Tensor i0(Tensor input) => input.i0();

        public static Tensor i0e(Tensor input) => Op.Composed(input, x => x.i0() * (-x.abs()).exp());

        public static Tensor i1(Tensor input) => input.I1();

        public static Tensor i1e(Tensor input) => Op.Composed(input, x => x.I1() * (-x.abs()).exp());

        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);

        public static Tensor logit(Tensor input) => input.logit();

        public static Tensor multigammaln(Tensor input, long p) => input.mvlgamma(p);

        /// <summary>The share of a standard normal distribution that lies below.</summary>
        public static Tensor ndtr(Tensor input) => Op.Composed(input, x => ((x * Math.Sqrt(0.5)).erf() + 1) * 0.5);

        public static Tensor ndtri(Tensor input) => Op.Composed(input, x => ((x * 2) - 1).erfinv() * Math.Sqrt(2));

        public static Tensor polygamma(long n, Tensor input) => input.polygamma(n);

        public static Tensor psi(Tensor input) => input.digamma();

        public static Tensor sigmoid(Tensor input) => input.sigmoid();

        public static Tensor sigmoid_(Tensor input) => input.sigmoid_();

        public static Tensor sinc(Tensor input) => input.sinc();

        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

        public static Tensor xlog1py(Tensor input, Tensor other) => Op.Composed(input, other, (x, y) =>
            (x * y.log1p()).masked_fill(x.eq(0).logical_and(y.isnan().logical_not()), 0));
    }
}

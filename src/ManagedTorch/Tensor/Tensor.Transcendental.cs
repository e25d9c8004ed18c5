namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor exp() => FromOutput("ExpBackward", default(Exponential), (g, y) => g * y);

        public Tensor exp_() => Overwrite(default(Exponential), x => x.exp());

        public Tensor exp2() => FromOutput("Exp2Backward", default(Exponential2), (g, y) => g * y * Math.Log(2));

        public Tensor exp2_() => Overwrite(default(Exponential2), x => x.exp2());

        public Tensor expm1() => FromOutput("Expm1Backward", default(ExponentialMinusOne), (g, y) => g * (y + 1));

        public Tensor expm1_() => Overwrite(default(ExponentialMinusOne), x => x.expm1());

        public Tensor log() => FromInput("LogBackward", default(Logarithm), (g, x) => g / x);

        public Tensor log_() => Overwrite(default(Logarithm), x => x.log());

        public Tensor log2() => FromInput("Log2Backward", default(Logarithm2), (g, x) => g / (x * Math.Log(2)));

        public Tensor log2_() => Overwrite(default(Logarithm2), x => x.log2());

        public Tensor log10() => FromInput("Log10Backward", default(Logarithm10), (g, x) => g / (x * Math.Log(10)));

        public Tensor log10_() => Overwrite(default(Logarithm10), x => x.log10());

        public Tensor log1p() => FromInput("Log1pBackward", default(LogarithmOnePlus), (g, x) => g / (x + 1));

        public Tensor log1p_() => Overwrite(default(LogarithmOnePlus), x => x.log1p());

        public Tensor sqrt() => FromOutput("SqrtBackward", default(SquareRoot), (g, y) => g / (y * 2));

        public Tensor sqrt_() => Overwrite(default(SquareRoot), x => x.sqrt());

        public Tensor rsqrt() => FromOutput("RsqrtBackward", default(ReciprocalSquareRoot), (g, y) => g * y.pow(3) * -0.5);

        public Tensor rsqrt_() => Overwrite(default(ReciprocalSquareRoot), x => x.rsqrt());

        public Tensor reciprocal() => FromOutput("ReciprocalBackward", default(Reciprocal), (g, y) => -g * y * y);

        public Tensor reciprocal_() => Overwrite(default(Reciprocal), x => x.reciprocal());

        public Tensor sin() => FromInput("SinBackward", default(Sine), (g, x) => g * x.cos());

        public Tensor sin_() => Overwrite(default(Sine), x => x.sin());

        public Tensor cos() => FromInput("CosBackward", default(Cosine), (g, x) => -g * x.sin());

        public Tensor cos_() => Overwrite(default(Cosine), x => x.cos());

        public Tensor tan() => FromOutput("TanBackward", default(Tangent), (g, y) => g * ((y * y) + 1));

        public Tensor tan_() => Overwrite(default(Tangent), x => x.tan());

        public Tensor sinh() => FromInput("SinhBackward", default(HyperbolicSine), (g, x) => g * x.cosh());

        public Tensor sinh_() => Overwrite(default(HyperbolicSine), x => x.sinh());

        public Tensor cosh() => FromInput("CoshBackward", default(HyperbolicCosine), (g, x) => g * x.sinh());

        public Tensor cosh_() => Overwrite(default(HyperbolicCosine), x => x.cosh());

        public Tensor tanh() => FromOutput("TanhBackward", default(HyperbolicTangent), (g, y) => g * (1 - (y * y)));

        public Tensor tanh_() => Overwrite(default(HyperbolicTangent), x => x.tanh());

        public Tensor asin() => FromInput("AsinBackward", default(ArcSine), (g, x) => g * (1 - (x * x)).rsqrt());

        public Tensor asin_() => Overwrite(default(ArcSine), x => x.asin());

        public Tensor arcsin() => asin();

        public Tensor arcsin_() => asin_();

        public Tensor acos() => FromInput("AcosBackward", default(ArcCosine), (g, x) => -g * (1 - (x * x)).rsqrt());

        public Tensor acos_() => Overwrite(default(ArcCosine), x => x.acos());

        public Tensor arccos() => acos();

        public Tensor arccos_() => acos_();

        public Tensor atan() => FromInput("AtanBackward", default(ArcTangent), (g, x) => g / ((x * x) + 1));

        public Tensor atan_() => Overwrite(default(ArcTangent), x => x.atan());

        public Tensor arctan() => atan();

        public Tensor arctan_() => atan_();

        public Tensor asinh() => FromInput("AsinhBackward", default(HyperbolicArcSine), (g, x) => g * ((x * x) + 1).rsqrt());

        public Tensor asinh_() => Overwrite(default(HyperbolicArcSine), x => x.asinh());

        public Tensor arcsinh() => asinh();

        public Tensor arcsinh_() => asinh_();

        public Tensor acosh() => FromInput("AcoshBackward", default(HyperbolicArcCosine), (g, x) => g * ((x * x) - 1).rsqrt());

        public Tensor acosh_() => Overwrite(default(HyperbolicArcCosine), x => x.acosh());

        public Tensor arccosh() => acosh();

        public Tensor arccosh_() => acosh_();

        public Tensor atanh() => FromInput("AtanhBackward", default(HyperbolicArcTangent), (g, x) => g / (1 - (x * x)));

        public Tensor atanh_() => Overwrite(default(HyperbolicArcTangent), x => x.atanh());

        public Tensor arctanh() => atanh();

        public Tensor arctanh_() => atanh_();

        public Tensor sigmoid() => FromOutput("SigmoidBackward", default(Logistic), (g, y) => g * y * (1 - y));

        public Tensor sigmoid_() => Overwrite(default(Logistic), x => x.sigmoid());

        public Tensor erf() => FromInput("ErfBackward", default(Erf), (g, x) => g * (x * x).neg().exp() * (2 / Math.Sqrt(Math.PI)));

        public Tensor erf_() => Overwrite(default(Erf), x => x.erf());

        public Tensor floor() => Stepwise("FloorBackward", default(Floor));

        public Tensor floor_() => Overwrite(default(Floor), x => x.floor());

        public Tensor ceil() => Stepwise("CeilBackward", default(Ceiling));

        public Tensor ceil_() => Overwrite(default(Ceiling), x => x.ceil());

        public Tensor trunc() => Stepwise("TruncBackward", default(Truncate));

        public Tensor trunc_() => Overwrite(default(Truncate), x => x.trunc());

        public Tensor fix() => trunc();

        public Tensor fix_() => trunc_();

        public Tensor round(long decimals = 0) => Stepwise("RoundBackward", new RoundToEven((int)decimals));

        public Tensor round_(long decimals = 0) => Overwrite(new RoundToEven((int)decimals), x => x.round(decimals));

        public Tensor frac() => Op.Composed(() => this - trunc());

        public Tensor frac_() => InPlace([], x => x.frac());

        public Tensor erfc() => Op.Composed(this, x => 1 - x.erf());

        public Tensor erfc_() => InPlace([], x => x.erfc());

        public Tensor logit(double? eps = null) => Op.Composed(this, x =>
        {
            if (eps is { } e) x = x.clamp(e, 1 - e);
            return (x / (1 - x)).log();
        });

        public Tensor logit_(double? eps = null) => InPlace([], x => x.logit(eps));

        public Tensor log_sigmoid() => Op.Composed(this, x => x.clamp(max: 0) - x.abs().neg().exp().log1p());

        public Tensor deg2rad() => this * (Math.PI / 180);

        public Tensor deg2rad_() => mul_(Math.PI / 180);

        public Tensor rad2deg() => this * (180 / Math.PI);

        public Tensor rad2deg_() => mul_(180 / Math.PI);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => IsFloating
            ? FromInput("NanToNumBackward", new NanToNum(nan, posinf, neginf), (g, x) => g.masked_fill(x.isfinite().logical_not(), 0))
            : clone();

        public Tensor nan_to_num_(double nan = 0, double? posinf = null, double? neginf = null) => InPlace([], x => x.nan_to_num(nan, posinf, neginf));

        private Tensor FromInput<TOp>(string name, TOp op, Func<Tensor, Tensor, Tensor> derivative) where TOp : struct, IFloatUnary
        {
            Saved x = Saved.Of(this);
            return Op.Record(name, Pointwise.FloatUnary(op, this), [this], g => [derivative(g, x.Tensor)]);
        }

        private Tensor FromOutput<TOp>(string name, TOp op, Func<Tensor, Tensor, Tensor> derivative) where TOp : struct, IFloatUnary
        {
            Tensor output = Pointwise.FloatUnary(op, this);
            Saved y = Saved.Of(output);
            return Op.Record(name, output, [this], g => [derivative(g, y.Tensor)]);
        }

        // Constant between its steps: integers stay what they are.
        private Tensor Stepwise<TOp>(string name, TOp op) where TOp : struct, IFloatUnary =>
            IsFloating ? Op.Record(name, Pointwise.FloatUnary(op, this), [this], g => [g.zeros_like()]) : clone();

        private Tensor Overwrite<TOp>(TOp op, Func<Tensor, Tensor> compute) where TOp : struct, IFloatUnary =>
            InPlace([], compute, IsFloating ? () => Pointwise.FloatUnary(op, this, this) : null);
    }
}

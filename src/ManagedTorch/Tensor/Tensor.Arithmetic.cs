namespace TorchSharp;

public static partial class torch
{
    public enum RoundingMode
    {
        None = 0,
        trunc = 1,
        floor = 2,
    }

    public partial class Tensor
    {
        public Tensor neg()
        {
            if (dtype == ScalarType.Bool) throw TorchError.Of("Truth values have no negative: use logical_not().");
            return Op.Record("NegBackward", Pointwise.Unary(default(Negate), this), [this], g => [g.neg()]);
        }

        public Tensor neg_() => InPlace([], x => x.neg());

        public Tensor negative() => neg();

        public Tensor positive() => new(Impl);

        public Tensor abs()
        {
            Saved x = Saved.Of(this);
            return Op.Record("AbsBackward", Pointwise.Unary(default(Absolute), this), [this], g => [g * x.Tensor.sign()]);
        }

        public Tensor abs_() => InPlace([], x => x.abs());

        public Tensor absolute() => abs();

        public Tensor absolute_() => abs_();

        public Tensor sign() => Op.Record("SignBackward", Pointwise.Unary(default(Signum), this), [this], g => [g.zeros_like()]);

        public Tensor sign_() => InPlace([], x => x.sign());

        public Tensor sgn() => sign();

        public Tensor sgn_() => sign_();

        public Tensor square() => pow(2);

        public Tensor relu()
        {
            Tensor output = Pointwise.Unary(default(Rectify), this);
            Saved y = Saved.Of(output);
            return Op.Record("ReluBackward", output, [this], g => [g.masked_fill(y.Tensor.le(0), 0)]);
        }

        public Tensor relu_() => InPlace([], x => x.relu(), () => Pointwise.Unary(default(Rectify), this, into: this));

        public Tensor add(Tensor target) => add(target, 1);

        public Tensor add(Tensor target, Scalar alpha)
        {
            if (dtype == ScalarType.Bool && target.dtype == ScalarType.Bool) return logical_or(target);
            return Op.Record("AddBackward", Pointwise.Binary(new AddScaled(alpha), this, target), [this, target], g => [g, g.Times(alpha)]);
        }

        public Tensor add(Scalar scalar) => add(scalar, 1);

        public Tensor add(Scalar scalar, Scalar alpha) => Op.Record("AddBackward", Pointwise.Unary(new AddNumber(scalar, alpha), this, ScalarTypes.ResultOf(this, scalar)), [this], g => [g]);

        public Tensor add_(Tensor target) => add_(target, 1);

        public Tensor add_(Tensor target, Scalar alpha) => InPlace([target], x => x.add(target, alpha), Fits(target) ? () => Pointwise.Binary(new AddScaled(alpha), this, target, this) : null);

        public Tensor add_(Scalar scalar) => add_(scalar, 1);

        public Tensor add_(Scalar scalar, Scalar alpha) => InPlace([], x => x.add(scalar, alpha), Fits(scalar) ? () => Pointwise.Unary(new AddNumber(scalar, alpha), this, into: this) : null);

        public Tensor sub(Tensor target)
        {
            if (dtype == ScalarType.Bool && target.dtype == ScalarType.Bool)
                throw TorchError.Of("Truth values are not subtracted: use logical_xor().");
            return Op.Record("SubBackward", Pointwise.Binary(new AddScaled(-1), this, target), [this, target], g => [g, g.neg()]);
        }

        public Tensor sub(Scalar target) => add(target.Negated);

        public Tensor sub_(Tensor target) => InPlace([target], x => x.sub(target), Fits(target) ? () => Pointwise.Binary(new AddScaled(-1), this, target, this) : null);

        public Tensor sub_(Scalar target) => add_(target.Negated);

        public Tensor subtract(Tensor target) => sub(target);

        public Tensor subtract(Scalar target) => sub(target);

        public Tensor subtract_(Tensor target) => sub_(target);

        public Tensor subtract_(Scalar target) => sub_(target);

        public Tensor mul(Tensor target)
        {
            Saved a = Saved.Of(this);
            Saved b = Saved.Of(target);
            bool forA = requires_grad;
            bool forB = target.requires_grad;
            return Op.Record("MulBackward", Pointwise.Binary(default(Multiply), this, target), [this, target], g => [forA ? g * b.Tensor : null, forB ? g * a.Tensor : null]);
        }

        public Tensor mul(Scalar target) =>
            Op.Record("MulBackward", Pointwise.Unary(new MultiplyNumber(target), this, ScalarTypes.ResultOf(this, target)), [this], g => [g.mul(target)]);

        public Tensor mul_(Tensor target) => InPlace([target], x => x.mul(target), Fits(target) ? () => Pointwise.Binary(default(Multiply), this, target, this) : null);

        public Tensor mul_(Scalar target) => InPlace([], x => x.mul(target), Fits(target) ? () => Pointwise.Unary(new MultiplyNumber(target), this, into: this) : null);

        public Tensor multiply(Tensor target) => mul(target);

        public Tensor multiply(Scalar target) => mul(target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode != RoundingMode.None) return DividedWhole(target, rounding_mode == RoundingMode.floor);
            Saved a = Saved.Of(this);
            Saved b = Saved.Of(target);
            bool forA = requires_grad;
            bool forB = target.requires_grad;
            return Op.Record("DivBackward", Pointwise.FloatBinary(default(Divide), this, target), [this, target],
                g => [forA ? g / b.Tensor : null, forB ? -g * (a.Tensor / b.Tensor / b.Tensor) : null]);
        }

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode != RoundingMode.None) return Op.Composed(() => div(Like(target), rounding_mode));
            return Op.Record("DivBackward", Pointwise.FloatUnary(new DivideByNumber(target), this), [this], g => [g.div(target)]);
        }

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => InPlace([target], x => x.div(target, rounding_mode),
            rounding_mode == RoundingMode.None && IsFloating && Fits(target) ? () => Pointwise.FloatBinary(default(Divide), this, target, this) : null);

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => InPlace([], x => x.div(target, rounding_mode),
            rounding_mode == RoundingMode.None && IsFloating ? () => Pointwise.FloatUnary(new DivideByNumber(target), this, this) : null);

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor true_divide(Tensor other) => div(other);

        public Tensor true_divide(Scalar other) => div(other);

        public Tensor true_divide_(Tensor other) => div_(other);

        public Tensor true_divide_(Scalar other) => div_(other);

        public Tensor floor_divide(Tensor other) => div(other, RoundingMode.floor);

        public Tensor floor_divide(Scalar other) => div(other, RoundingMode.floor);

        public Tensor floor_divide_(Tensor other) => div_(other, RoundingMode.floor);

        public Tensor floor_divide_(Scalar other) => div_(other, RoundingMode.floor);

        public Tensor remainder(Tensor target) => Remaining("RemainderBackward", default(FloorModulo), target, RoundingMode.floor);

        public Tensor remainder(Scalar scalar) => Op.Composed(() => remainder(Like(scalar)));

        public Tensor remainder_(Tensor target) => InPlace([target], x => x.remainder(target));

        public Tensor remainder_(Scalar scalar) => InPlace([], x => x.remainder(scalar));

        public Tensor fmod(Tensor target) => Remaining("FmodBackward", default(Modulo), target, RoundingMode.trunc);

        public Tensor fmod(Scalar scalar) => Op.Composed(() => fmod(Like(scalar)));

        public Tensor fmod_(Tensor target) => InPlace([target], x => x.fmod(target));

        public Tensor fmod_(Scalar scalar) => InPlace([], x => x.fmod(scalar));

        public Tensor pow(Scalar exponent)
        {
            if (!IsFloating && exponent.Type != ScalarType.Float64)
            {
                if (exponent.Integer < 0) throw TorchError.Of("A negative power of an integer is no integer: convert it to floating point first.");
                return Op.Composed(() => Pointwise.Binary(default(IntegerPower), this, Like(exponent)));
            }
            Saved x = Saved.Of(this);
            double e = exponent.Real;
            return Op.Record("PowBackward", Pointwise.FloatUnary(new PowerOfNumber(e), this), [this], g => [e == 0 ? g.zeros_like() : g * (x.Tensor.pow(e - 1) * e)]);
        }

        public Tensor pow(Tensor exponent)
        {
            if (!ScalarTypes.IsFloating(ScalarTypes.ResultOf(this, exponent))) return Pointwise.Binary(default(IntegerPower), this, exponent);
            Tensor output = Pointwise.FloatBinary(default(Power), this, exponent);
            Saved a = Saved.Of(this);
            Saved b = Saved.Of(exponent);
            Saved y = Saved.Of(output);
            bool forA = requires_grad;
            bool forB = exponent.requires_grad;
            return Op.Record("PowBackward", output, [this, exponent], g =>
            [
                forA ? g * (b.Tensor * a.Tensor.pow(b.Tensor - 1)).masked_fill(b.Tensor.eq(0), 0) : null,
                forB ? g * (y.Tensor * a.Tensor.log()).masked_fill(a.Tensor.eq(0).logical_and(b.Tensor.ge(0)), 0) : null,
            ]);
        }

        public Tensor pow_(Scalar exponent) => InPlace([], x => x.pow(exponent));

        public Tensor pow_(Tensor exponent) => InPlace([exponent], x => x.pow(exponent));

        public Tensor float_power(Tensor target) => Op.Composed(() => to(ScalarType.Float64).pow(target.to(ScalarType.Float64)));

        public Tensor atan2(Tensor other)
        {
            Saved a = Saved.Of(this);
            Saved b = Saved.Of(other);
            return Op.Record("Atan2Backward", Pointwise.FloatBinary(default(ArcTangent2), this, other), [this, other], g =>
            {
                Tensor part = g / ((a.Tensor * a.Tensor) + (b.Tensor * b.Tensor));
                return [part * b.Tensor, -part * a.Tensor];
            });
        }

        public Tensor atan2_(Tensor other) => InPlace([other], x => x.atan2(other));

        public Tensor arctan2(Tensor other) => atan2(other);

        public Tensor arctan2_(Tensor other) => atan2_(other);

        public Tensor hypot(Tensor other) => Op.Composed(this, other, (a, b) => ((a * a) + (b * b)).sqrt());

        public Tensor maximum(Tensor other) => Extreme("MaximumBackward", Pointwise.Binary(default(Maximum), this, other), other, sign: 1);

        public Tensor minimum(Tensor other) => Extreme("MinimumBackward", Pointwise.Binary(default(Minimum), this, other), other, sign: -1);

        public Tensor max(Tensor other) => maximum(other);

        public Tensor min(Tensor other) => minimum(other);

        public Tensor lerp(Tensor end, Tensor weight) => Op.Composed(this, end, weight, (from, to, part) => from.add((to! - from) * part!));

        public Tensor lerp_(Tensor end, Tensor weight) => InPlace([end, weight], x => x.lerp(end, weight));

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => 
            Op.Composed(this, tensor1, tensor2, (x, a, b) => x.add(a! * b!, value));

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace([tensor1, tensor2], x => x.addcmul(tensor1, tensor2, value),
            Fits(tensor1) && Fits(tensor2) ? () => Pointwise.Binary(new AddScaled(value), this, Pointwise.Binary(default(Multiply), tensor1.Widened(), tensor2.Widened()), this) : null);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, 1);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => 
            Op.Composed(this, tensor1, tensor2, (x, a, b) => x.add(a! / b!, value));

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => addcdiv_(tensor1, tensor2, 1);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace([tensor1, tensor2], x => x.addcdiv(tensor1, tensor2, value),
            IsFloating && Fits(tensor1) && Fits(tensor2)
                ? () => Pointwise.Binary(new AddScaled(value), this, Pointwise.FloatBinary(default(Divide), tensor1.Widened(), tensor2.Widened()), this) : null);

        public Tensor logaddexp(Tensor other) => Op.Composed(this, other, (a, b) => a.maximum(b) + (a - b).abs().neg().exp().log1p());

        public Tensor xlogy(Tensor y) => Op.Composed(() => (this * y.log()).masked_fill(eq(0).logical_and(y.isnan().logical_not()), 0));

        public Tensor xlogy(Scalar y) => this * Math.Log(y.Real);

        public Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            if (min is null && max is null) throw TorchError.Of("clamp takes a smallest value, a largest, or both.");
            ScalarType type = dtype;
            if (min is not null) type = ScalarTypes.Promote(type, ScalarTypes.ResultOf(this, min));
            if (max is not null) type = ScalarTypes.Promote(type, ScalarTypes.ResultOf(this, max));
            Saved x = Saved.Of(this);
            return Op.Record("ClampBackward", Pointwise.Unary(new Clamp(min, max), this, type), [this], g =>
            {
                Tensor outside = min is null ? x.Tensor.gt(max!) : max is null ? x.Tensor.lt(min) : x.Tensor.lt(min).logical_or(x.Tensor.gt(max));
                return [g.masked_fill(outside, 0)];
            });
        }

        public Tensor clamp(Tensor? min = null, Tensor? max = null)
        {
            if (min is null && max is null) throw TorchError.Of("clamp takes a smallest value, a largest, or both.");
            return Op.Composed(() =>
            {
                Tensor least = min is null ? this : torch.where(lt(min), min, this);
                return max is null ? least : torch.where(least.gt(max), max, least);
            });
        }

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace([], x => x.clamp(min, max),
            (min is null || Fits(min)) && (max is null || Fits(max)) && (min ?? max) is not null ? () => Pointwise.Unary(new Clamp(min, max), this, into: this) : null);

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => InPlace([min, max], x => x.clamp(min, max));

        public Tensor clamp_min(Scalar min) => clamp(min: min);

        public Tensor clamp_min_(Scalar min) => clamp_(min: min);

        public Tensor clamp_max(Scalar max) => clamp(max: max);

        public Tensor clamp_max_(Scalar max) => clamp_(max: max);

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor fill_(Scalar value) => InPlace(
            [],
            before => Op.Record("FillBackward", torch.full(Sizes, value, dtype, device), [before], _ => [null]),
            () => Pointwise.Unary(new Fill(value), this, into: this),
            mayOverlap: true);

        public Tensor zero_() => fill_(0);

        public Tensor where(Tensor condition, Tensor y) => torch.where(condition, this, y);

        public Tensor masked_fill(Tensor mask, Scalar value)
        {
            if (mask.dtype != ScalarType.Bool) throw TorchError.Of($"A mask is of Bool, not of {mask.dtype}.");
            return Op.Composed(() => torch.where(mask, Like(value), this).to(dtype));
        }

        public Tensor masked_fill_(Tensor mask, Scalar value) => InPlace([], x => x.masked_fill(mask, value));

        /// <summary>A number as a tensor without dimensions, of the type that it and this tensor give together.</summary>
        internal Tensor Like(Scalar value) => torch.full(Array.Empty<long>(), value, ScalarTypes.ResultOf(this, value), device);

        private Tensor Times(Scalar factor) => factor.Real == 1 ? this : mul(factor);

        private bool Fits(Tensor other) => dtype != ScalarType.Bool && ScalarTypes.ResultOf(this, other) == dtype && Shapes.CanBroadcast(other.Sizes, Sizes);

        private bool Fits(Scalar number) => dtype != ScalarType.Bool && ScalarTypes.ResultOf(this, number) == dtype;

        private Tensor DividedWhole(Tensor target, bool floor)
        {
            ScalarType type = ScalarTypes.ResultOf(this, target);
            Tensor quotient = ScalarTypes.IsFloating(type)
                ? Pointwise.FloatBinary(new DivideRounded(floor), this, target)
                : Pointwise.Binary(new IntegerDivide(floor), this, target);
            return Op.Record("DivBackward", quotient, [this, target], g => [g.zeros_like(), g.zeros_like()]);
        }

        private Tensor Remaining<TOp>(string name, TOp op, Tensor target, RoundingMode quotient) where TOp : struct, IBinary
        {
            Saved a = Saved.Of(this);
            Saved b = Saved.Of(target);
            return Op.Record(name, Pointwise.Binary(op, this, target), [this, target], g => [g, -g * a.Tensor.div(b.Tensor, quotient)]);
        }

        // Where both are equal, each gets half.
        private Tensor Extreme(string name, Tensor output, Tensor other, int sign)
        {
            Saved a = Saved.Of(this);
            Saved b = Saved.Of(other);
            return Op.Record(name, output, [this, other], g =>
            {
                Tensor half = torch.where(a.Tensor.eq(b.Tensor), g / 2, g);
                Tensor less = sign > 0 ? a.Tensor.lt(b.Tensor) : a.Tensor.gt(b.Tensor);
                Tensor more = sign > 0 ? a.Tensor.gt(b.Tensor) : a.Tensor.lt(b.Tensor);
                return [half.masked_fill(less, 0), half.masked_fill(more, 0)];
            });
        }
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y)
    {
        if (condition.dtype != ScalarType.Bool) throw TorchError.Of($"A condition is of Bool, not of {condition.dtype}.");
        Saved chosen = Saved.Of(condition);
        return Op.Record("WhereBackward", Pointwise.Select(condition, x, y), [x, y], g =>
        {
            Tensor zero = g.zeros_like();
            return [where(chosen.Tensor, g, zero), where(chosen.Tensor, zero, g)];
        });
    }

    public static Tensor[] where(Tensor condition) => [.. condition.nonzero_as_list()];
}

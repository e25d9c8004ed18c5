namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Pointwise.Compare(default(Equal), this, target);

        public Tensor eq(Scalar target) => Pointwise.Test(new EqualNumber(target), this, ScalarTypes.ResultOf(this, target));

        public Tensor eq_(Tensor target) => InPlace([], x => x.eq(target));

        public Tensor eq_(Scalar target) => InPlace([], x => x.eq(target));

        public Tensor ne(Tensor target) => Pointwise.Compare(default(NotEqual), this, target);

        public Tensor ne(Scalar target) => Pointwise.Test(new NotEqualNumber(target), this, ScalarTypes.ResultOf(this, target));

        public Tensor ne_(Tensor target) => InPlace([], x => x.ne(target));

        public Tensor ne_(Scalar target) => InPlace([], x => x.ne(target));

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor lt(Tensor target) => Pointwise.Compare(default(Less), this, target);

        public Tensor lt(Scalar target) => Pointwise.Test(new LessNumber(target), this, ScalarTypes.ResultOf(this, target));

        public Tensor lt_(Tensor target) => InPlace([], x => x.lt(target));

        public Tensor lt_(Scalar target) => InPlace([], x => x.lt(target));

        public Tensor less(Tensor target) => lt(target);

        public Tensor le(Tensor target) => Pointwise.Compare(default(LessOrEqual), this, target);

        public Tensor le(Scalar target) => Pointwise.Test(new LessOrEqualNumber(target), this, ScalarTypes.ResultOf(this, target));

        public Tensor le_(Tensor target) => InPlace([], x => x.le(target));

        public Tensor le_(Scalar target) => InPlace([], x => x.le(target));

        public Tensor less_equal(Tensor target) => le(target);

        public Tensor gt(Tensor target) => Pointwise.Compare(default(Greater), this, target);

        public Tensor gt(Scalar target) => Pointwise.Test(new GreaterNumber(target), this, ScalarTypes.ResultOf(this, target));

        public Tensor gt_(Tensor target) => InPlace([], x => x.gt(target));

        public Tensor gt_(Scalar target) => InPlace([], x => x.gt(target));

        public Tensor greater(Tensor target) => gt(target);

        public Tensor ge(Tensor target) => Pointwise.Compare(default(GreaterOrEqual), this, target);

        public Tensor ge(Scalar target) => Pointwise.Test(new GreaterOrEqualNumber(target), this, ScalarTypes.ResultOf(this, target));

        public Tensor ge_(Tensor target) => InPlace([], x => x.ge(target));

        public Tensor ge_(Scalar target) => InPlace([], x => x.ge(target));

        public Tensor greater_equal(Tensor target) => ge(target);

        public Tensor isnan() => Pointwise.Test(default(IsNaN), this);

        public Tensor isfinite() => Pointwise.Test(default(IsFinite), this);

        public Tensor isinf() => Pointwise.Test(default(IsInfinite), this);

        public Tensor isposinf() => Pointwise.Test(default(IsPositiveInfinite), this);

        public Tensor isneginf() => Pointwise.Test(default(IsNegativeInfinite), this);

        public Tensor logical_not() => Pointwise.Test(default(IsZero), this);

        public Tensor signbit() => Pointwise.Test(default(HasSign), this);

        public Tensor logical_not_() => InPlace([], x => x.logical_not());

        public Tensor logical_and(Tensor other) => Pointwise.Compare(default(LogicalAnd), this, other);

        public Tensor logical_and_(Tensor other) => InPlace([], x => x.logical_and(other));

        public Tensor bitwise_and(Tensor other) => Pointwise.Bitwise("bitwise_and", default(BitwiseAnd), this, other);

        public Tensor bitwise_and_(Tensor other) => InPlace([], x => x.bitwise_and(other));

        public Tensor logical_or(Tensor other) => Pointwise.Compare(default(LogicalOr), this, other);

        public Tensor logical_or_(Tensor other) => InPlace([], x => x.logical_or(other));

        public Tensor bitwise_or(Tensor other) => Pointwise.Bitwise("bitwise_or", default(BitwiseOr), this, other);

        public Tensor bitwise_or_(Tensor other) => InPlace([], x => x.bitwise_or(other));

        public Tensor logical_xor(Tensor other) => Pointwise.Compare(default(LogicalXor), this, other);

        public Tensor logical_xor_(Tensor other) => InPlace([], x => x.logical_xor(other));

        public Tensor bitwise_xor(Tensor other) => Pointwise.Bitwise("bitwise_xor", default(BitwiseXor), this, other);

        public Tensor bitwise_xor_(Tensor other) => InPlace([], x => x.bitwise_xor(other));

        public Tensor bitwise_not() => dtype == ScalarType.Bool ? logical_not() : Op.Composed(() => bitwise_xor(Like(-1)));

        public Tensor bitwise_not_() => InPlace([], x => x.bitwise_not());

        public Tensor isclose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool nanEqual = false) => Op.Composed(() =>
        {
            Tensor a = detach();
            Tensor b = other.detach();
            Tensor close = a.eq(b);
            if (a.IsFloating || b.IsFloating) close = close.logical_or((a - b).abs().le((b.abs() * rtol) + atol).logical_and(b.isfinite()));
            else close = close.logical_or((a - b).abs().le((b.abs().to(ScalarType.Float64) * rtol) + atol));
            return nanEqual ? close.logical_or(a.isnan().logical_and(b.isnan())) : close;
        });

        public bool allclose(Tensor target, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false)
        {
            using Temporaries own = Temporaries.Enter();
            return isclose(target, rtol, atol, equal_nan).all().ToScalar().Truth;
        }

        public Tensor equal(Tensor target) => eq(target);

        public bool Equals(Tensor target)
        {
            using Temporaries own = Temporaries.Enter();
            return dtype == target.dtype && Sizes.AsSpan().SequenceEqual(target.Sizes) && eq(target).all().ToScalar().Truth;
        }
    }
}

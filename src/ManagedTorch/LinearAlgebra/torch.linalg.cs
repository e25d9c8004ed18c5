namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        public enum QRMode
        {
            Reduced = 0,
            Complete = 1,
            R = 2,
        }

        public static Tensor cholesky(Tensor input) => CholeskyFactor.Of(input);

        public static Tensor cond(Tensor input) => Op.Composed(() =>
        {
            Tensor values = svdvals(input);
            return values.select(-1, 0) / values.select(-1, -1);
        });

        public static Tensor cond(Tensor input, int p) => cond(input, (double)p);

        public static Tensor cond(Tensor input, double p) => Op.Composed(() => matrix_norm(input, p) * matrix_norm(inv(input), p));

        public static Tensor cond(Tensor input, string p) => Op.Composed(() => matrix_norm(input, p) * matrix_norm(inv(input), p));

        public static Tensor cross(Tensor input, Tensor other, long dim = -1)
        {
            if (input.size((int)dim) != 3 || other.size((int)dim) != 3) throw TorchError.Of($"A cross product is of vectors of 3 along dimension {dim}, not of {Shapes.Text(input.Sizes)} and {Shapes.Text(other.Sizes)}.");
            return Op.Composed(() => (input.roll(-1, dim) * other.roll(-2, dim)) - (input.roll(-2, dim) * other.roll(-1, dim)));
        }

        public static Tensor det(Tensor input) => Op.Composed(() =>
        {
            (Tensor sign, Tensor log) = LowerUpper.Determinant(input, "linalg.det");
            return sign * log.exp();
        });

        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) => input.diagonal(offset, dim1, dim2);

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => JacobiRotations.Eigen(input, UPLO is 'L' or 'l');

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Op.Composed(() => eigh(input, UPLO).Item1);

        public static Tensor inv(Tensor input) => LowerUpper.Inverse(input, "linalg.inv");

        /// <summary>Of full rank: exactly, or nearest, or shortest, as there are as many equations as unknowns, more, or fewer.</summary>
        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other)
        {
            MatrixBatch.RequireMatrices(input, "linalg.lstsq");
            if (other.Rank != input.Rank || other.Sizes[^2] != input.Sizes[^2]) throw TorchError.Of($"linalg.lstsq of {Shapes.Text(input.Sizes)} has no right side of {Shapes.Text(other.Sizes)}.");
            bool tall = input.Sizes[^2] >= input.Sizes[^1];
            Tensor solution = Op.Composed(() =>
            {
                (Tensor q, Tensor r) = qr(tall ? input : input.mT);
                return tall ? LowerUpper.Solve(r, q.mT.matmul(other), "linalg.lstsq") : q.matmul(LowerUpper.Solve(r.mT, other, "linalg.lstsq"));
            });
            Tensor residuals = input.Sizes[^2] > input.Sizes[^1]
                ? Op.Composed(() => (input.matmul(solution) - other).square().sum([-2L]))
                : empty([0], input.dtype, input.device);
            return (solution, residuals, Op.Composed(() => matrix_rank(input)), empty([0], input.dtype, input.device));
        }

        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Op.Composed(() =>
        {
            Tensor values = Magnitudes(input.detach(), hermitian);
            return values.gt(Threshold(input, values, atol, rtol)).sum([-1L]);
        });

        public static Tensor multi_dot(IList<Tensor> tensors)
        {
            if (tensors.Count < 2) throw TorchError.Of($"multi_dot multiplies two tensors at least, not {tensors.Count}.");
            return Op.Composed(() => tensors.Aggregate((product, next) => product.matmul(next)));
        }

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Op.Composed(() =>
        {
            (Tensor u, Tensor s, Tensor v) = JacobiRotations.Singular(hermitian ? (input + input.mT) * 0.5 : input);
            Tensor none = s.le(Threshold(input, s.detach(), atol, rtol));
            Tensor inverse = s.masked_fill(none, 1).reciprocal().masked_fill(none, 0);
            return (v * inverse.unsqueeze(-2)).matmul(u.mT);
        });

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced)
        {
            (Tensor q, Tensor r) = Householder.Factor(input, mode == QRMode.Complete);
            if (mode != QRMode.R) return (q, r);
            q.Dispose();
            return (empty([0], input.dtype, input.device), r);
        }

        public static (Tensor, Tensor) slogdet(Tensor input) => LowerUpper.Determinant(input, "linalg.slogdet");

        public static Tensor solve(Tensor A, Tensor B, bool left = true)
        {
            MatrixBatch.RequireSquare(A, "linalg.solve");
            bool vector = B.Rank == 1 || (B.Rank == A.Rank - 1 && B.Sizes.AsSpan().SequenceEqual(A.Sizes.AsSpan()[..^1]));
            return Op.Composed(() =>
            {
                Tensor b = vector ? B.unsqueeze(-1) : B;
                long[] batch = Shapes.Broadcast(A.Sizes.AsSpan()[..^2], b.Sizes.AsSpan()[..^2]);
                Tensor a = A.expand([.. batch, .. A.Sizes[^2..]]);
                b = b.expand([.. batch, .. b.Sizes[^2..]]);
                Tensor x = left ? LowerUpper.Solve(a, b, "linalg.solve") : LowerUpper.Solve(a.mT, b.mT, "linalg.solve").mT;
                return vector ? x.squeeze(-1) : x;
            });
        }

        public static Tensor solve_triangular(Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null) => Op.Composed(() =>
        {
            Tensor triangle = upper ? A.triu(unitriangular ? 1 : 0) : A.tril(unitriangular ? -1 : 0);
            if (unitriangular) triangle = triangle + eye(A.Sizes[^1], A.Sizes[^1], A.dtype, A.device);
            Tensor x = solve(triangle, B, left);
            return @out is null ? x : @out.copy_(x);
        });

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true)
        {
            (Tensor u, Tensor s, Tensor v) = JacobiRotations.Singular(input);
            using (u)
            using (v) return (Op.Composed(() => Whole(u)), s, Op.Composed(() => Whole(v).mT));

            Tensor Whole(Tensor columns) => fullMatrices && columns.Sizes[^1] < columns.Sizes[^2] ? cat((IList<Tensor>)[columns, OrthonormalBasis.Completion(columns)], -1) : columns.alias();
        }

        public static Tensor svdvals(Tensor input) => Op.Composed(() => JacobiRotations.Singular(input).S);

        public static Tensor vander(Tensor input, long? N = null) => Op.Composed(() => input.unsqueeze(-1).pow(arange(N ?? input.Sizes[^1], ScalarType.Int64, input.device)));

        public static Tensor vecdot(Tensor x, Tensor y, long dim = -1, Tensor? @out = null) => Op.Composed(() =>
        {
            Tensor product = (x * y).sum([dim]);
            return @out is null ? product : @out.copy_(product);
        });

        private static Tensor Magnitudes(Tensor input, bool hermitian) => hermitian ? eigvalsh(input).abs() : svdvals(input);

        // What counts as zero: by default the largest value times what rounding leaves of it.
        private static Tensor Threshold(Tensor input, Tensor values, double? absolute, double? relative)
        {
            double ratio = relative ?? (absolute > 0 ? 0 : finfo(input.dtype).eps * Math.Max(input.Sizes[^1], input.Sizes[^2]));
            return (values.amax([-1], keepdim: true) * ratio).clamp_min(absolute ?? 0);
        }
    }

    public static Tensor chain_matmul(params Tensor[] matrices) => linalg.multi_dot(matrices);

    public static Tensor cholesky(Tensor input) => input.cholesky();

    public static Tensor cholesky(Tensor input, bool upper) => input.cholesky(upper);

    public static Tensor cholesky_inverse(Tensor input, bool upper = false) => input.cholesky_inverse(upper);

    public static Tensor cholesky_solve(Tensor input, Tensor input2, bool upper = false) => input.cholesky_solve(input2, upper);

    public static Tensor det(Tensor input) => input.det();

    public static Tensor inverse(Tensor input) => input.inverse();

    public static Tensor logdet(Tensor input) => input.logdet();

    public static Tensor matrix_power(Tensor input, int n) => input.matrix_power(n);

    public static Tensor pinverse(Tensor input, double rcond = 1e-15, bool hermitian = false) => input.pinverse(rcond, hermitian);

    public static (Tensor res, Tensor logabsdet) slogdet(Tensor A) => linalg.slogdet(A);

    public partial class Tensor
    {
        public Tensor cholesky(bool upper = false) => upper ? Op.Composed(() => CholeskyFactor.Of(this).mT.contiguous()) : CholeskyFactor.Of(this);

        /// <summary>Of a factor, the inverse of what it is the factor of.</summary>
        public Tensor cholesky_inverse(bool upper = false) => Op.Composed(() => eye(Sizes[^1], Sizes[^1], dtype, device).cholesky_solve(this, upper));

        /// <summary>Of a right side, the solution with the matrix of which a factor is given.</summary>
        public Tensor cholesky_solve(Tensor input2, bool upper = false) => Op.Composed(() =>
        {
            Tensor lower = upper ? input2.triu().mT : input2.tril();
            return linalg.solve(lower.mT, linalg.solve(lower, this));
        });

        public Tensor det() => linalg.det(this);

        public Tensor inverse() => linalg.inv(this);

        public Tensor logdet()
        {
            if (Rank < 2 || Sizes[^1] != Sizes[^2]) throw new ArgumentException($"A determinant is of square matrices, not of {Shapes.Text(Sizes)}.");
            return Op.Composed(() =>
            {
                (Tensor sign, Tensor log) = LowerUpper.Determinant(this, "logdet");
                return log.masked_fill(sign.lt(0), double.NaN);
            });
        }

        public Tensor matrix_power(int n)
        {
            MatrixBatch.RequireSquare(this, "matrix_power");
            return Op.Composed(() =>
            {
                Tensor square = n < 0 ? inverse() : this, power = eye(Sizes[^1], Sizes[^1], dtype, device).expand(Sizes);
                for (long left = Math.Abs((long)n); left > 0; left >>= 1, square = square.matmul(square))
                {
                    if ((left & 1) != 0) power = power.matmul(square);
                }
                return power.contiguous();
            });
        }

        public Tensor pinverse(double rcond = 1e-15, bool hermitian = false) => linalg.pinv(this, rtol: rcond, hermitian: hermitian);
    }
}

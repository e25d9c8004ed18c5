using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Jacobi's method: plane rotations until columns are orthogonal. Slow beside LAPACK's, short, and as accurate as any (Demmel and Veselić, 1992).</summary>
internal static class JacobiRotations
{
    private const int MostSweeps = 60;
    private const double Negligible = 1e-15;

    /// <summary>Eigenvalues, rising, and vectors in columns, of symmetric matrices of which one triangle is read.</summary>
    internal static (Tensor Values, Tensor Vectors) Eigen(Tensor a, bool lower)
    {
        int n = MatrixBatch.RequireSquare(a, "linalg.eigh");
        (Tensor values, Tensor vectors) = Diagonalised(a, n, lower);
        Saved savedValues = Saved.Of(values), savedVectors = Saved.Of(vectors);
        Tensor[] both = Op.Record("LinalgEighBackward", [values, vectors], [a], g =>
        {
            Tensor v = savedVectors.Tensor, inner = v.zeros_like();
            if (g[1] is { } forVectors)
            {
                Tensor gaps = Gaps(savedValues.Tensor);
                inner = v.mT.matmul(forVectors) / gaps.masked_fill(gaps.eq(0), double.PositiveInfinity);
            }
            if (g[0] is { } forValues) inner = inner + forValues.diag_embed();
            return [v.matmul(inner).matmul(v.mT)];
        });
        return (both[0], both[1]);
    }

    /// <summary>A = U diag(S) Vᵀ with S falling; the smaller side of A gives the number of columns.</summary>
    internal static (Tensor U, Tensor S, Tensor V) Singular(Tensor a)
    {
        MatrixBatch.RequireMatrices(a, "linalg.svd");
        if (a.Sizes[^2] < a.Sizes[^1])
        {
            Tensor[] turned = Op.Composed(() =>
            {
                (Tensor left, Tensor values, Tensor right) = Singular(a.mT);
                return (Tensor[])[right, values, left];
            });
            return (turned[0], turned[1], turned[2]);
        }
        (Tensor u, Tensor s, Tensor v) = Orthogonalised(a, (int)a.Sizes[^2], (int)a.Sizes[^1]);
        Saved savedU = Saved.Of(u), savedS = Saved.Of(s), savedV = Saved.Of(v);
        Tensor[] all = Op.Record("LinalgSvdBackward", [u, s, v], [a], g => [SingularGradient(g, savedU.Tensor, savedS.Tensor, savedV.Tensor)]);
        return (all[0], all[1], all[2]);
    }

    // Differentiating the SVD, Townsend, 2016. Tall matrices: V is square.
    private static Tensor SingularGradient(Tensor?[] g, Tensor u, Tensor s, Tensor v)
    {
        Tensor inner = g[1]?.diag_embed() ?? v.zeros_like(), row = s.unsqueeze(-2), column = s.unsqueeze(-1);
        if (g[0] is null && g[2] is null) return u.matmul(inner).matmul(v.mT);
        Tensor gaps = Gaps(s * s), inverse = gaps.masked_fill(gaps.eq(0), double.PositiveInfinity).reciprocal();
        Tensor outside = u.zeros_like();
        if (g[0] is { } forU)
        {
            Tensor turned = u.mT.matmul(forU);
            inner = inner + ((turned - turned.mT) * inverse * row);
            outside = (forU - u.matmul(turned)) / row;
        }
        if (g[2] is { } forV)
        {
            Tensor turned = v.mT.matmul(forV);
            inner = inner + (column * ((turned - turned.mT) * inverse));
        }
        return (u.matmul(inner) + outside).matmul(v.mT);
    }

    // Value of the column less value of the row.
    private static Tensor Gaps(Tensor values) => values.unsqueeze(-2) - values.unsqueeze(-1);

    private static (Tensor, Tensor) Diagonalised(Tensor a, int n, bool lower)
    {
        using Temporaries own = Temporaries.Enter();
        long[] batch = MatrixBatch.Batch(a);
        Tensor work = MatrixBatch.Working(a), values = MatrixBatch.Room(batch, [n], a.device), vectors = MatrixBatch.Room(batch, [n, n], a.device);
        MatrixBatch.Each(batch, i =>
        {
            double[][] m = MatrixBatch.Columns(work, i), v = Identity(n);
            for (int r = 0; r < n; r++)
            {
                for (int c = 0; c < r; c++)
                {
                    if (lower) m[r][c] = m[c][r];
                    else m[c][r] = m[r][c];
                }
            }
            Sweep(n, (p, q) => (m[p][p], m[q][q], m[p][q]), (p, q, cos, sin) =>
            {
                Rotate(m[p], m[q], cos, sin);
                foreach (double[] line in m) (line[p], line[q]) = ((cos * line[p]) - (sin * line[q]), (sin * line[p]) + (cos * line[q]));
                Rotate(v[p], v[q], cos, sin);
            });
            int[] order = [.. Enumerable.Range(0, n).OrderBy(k => m[k][k])];
            for (int k = 0; k < n; k++) MatrixBatch.Of(values, i, n)[k] = m[order[k]][order[k]];
            MatrixBatch.Write(Array.ConvertAll(order, k => v[k]), vectors, i);
        });
        return (own.Keep(values.AsDtype(a.dtype)), own.Keep(vectors.AsDtype(a.dtype)));
    }

    private static (Tensor, Tensor, Tensor) Orthogonalised(Tensor a, int rows, int n)
    {
        using Temporaries own = Temporaries.Enter();
        long[] batch = MatrixBatch.Batch(a);
        Tensor work = MatrixBatch.Working(a), values = MatrixBatch.Room(batch, [n], a.device);
        Tensor left = MatrixBatch.Room(batch, [rows, n], a.device), right = MatrixBatch.Room(batch, [n, n], a.device);
        MatrixBatch.Each(batch, i =>
        {
            double[][] u = MatrixBatch.Columns(work, i), v = Identity(n);
            Sweep(n, (p, q) => (Dot(u[p], u[p]), Dot(u[q], u[q]), Dot(u[p], u[q])), (p, q, cos, sin) =>
            {
                Rotate(u[p], u[q], cos, sin);
                Rotate(v[p], v[q], cos, sin);
            });
            double[] lengths = Array.ConvertAll(u, column => Math.Sqrt(Dot(column, column)));
            int[] order = [.. Enumerable.Range(0, n).OrderByDescending(k => lengths[k])];
            var basis = new List<double[]>();
            for (int k = 0; k < n; k++)
            {
                double length = lengths[order[k]];
                MatrixBatch.Of(values, i, n)[k] = length;
                // What is nothing but rounding has no direction.
                basis.Add(length > lengths[order[0]] * 1e-15 ? Array.ConvertAll(u[order[k]], x => x / length) : OrthonormalBasis.Next(basis, rows));
            }
            MatrixBatch.Write(basis, left, i);
            MatrixBatch.Write(Array.ConvertAll(order, k => v[k]), right, i);
        });
        return (own.Keep(left.AsDtype(a.dtype)), own.Keep(values.AsDtype(a.dtype)), own.Keep(right.AsDtype(a.dtype)));
    }

    /// <summary>Rotates every pair until none needs it.</summary>
    /// <param name="pair">Of two columns the products with themselves and with each other.</param>
    private static void Sweep(int n, Func<int, int, (double PP, double QQ, double PQ)> pair, Action<int, int, double, double> rotate)
    {
        bool rotated = true;
        for (int sweep = 0; rotated && sweep < MostSweeps; sweep++)
        {
            rotated = false;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    (double pp, double qq, double pq) = pair(p, q);
                    if (Math.Abs(pq) <= Negligible * Math.Sqrt(Math.Abs(pp * qq)) || pq == 0) continue;
                    rotated = true;
                    // The smaller of the two angles that leave the pair nothing in common.
                    double ratio = (qq - pp) / (2 * pq), tan = (ratio < 0 ? -1 : 1) / (Math.Abs(ratio) + Math.Sqrt(1 + (ratio * ratio))), cos = 1 / Math.Sqrt(1 + (tan * tan));
                    rotate(p, q, cos, tan * cos);
                }
            }
        }
    }

    private static void Rotate(double[] a, double[] b, double cos, double sin)
    {
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = ((cos * a[i]) - (sin * b[i]), (sin * a[i]) + (cos * b[i]));
    }

    private static double Dot(double[] a, double[] b) => TensorPrimitives.Dot<double>(a, b);

    private static double[][] Identity(int n) => [.. Enumerable.Range(0, n).Select(k =>
    {
        var column = new double[n];
        column[k] = 1;
        return column;
    })];
}

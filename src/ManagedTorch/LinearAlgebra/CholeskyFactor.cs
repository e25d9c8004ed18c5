using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The lower triangle L of A = LLᵀ.</summary>
internal static class CholeskyFactor
{
    internal static Tensor Of(Tensor a)
    {
        int n = MatrixBatch.RequireSquare(a, "linalg.cholesky");
        Tensor factor = Factor(a, n);
        Saved saved = Saved.Of(factor);
        // Murray, Differentiation of the Cholesky decomposition, 2016.
        return Op.Record("LinalgCholeskyBackward", factor, [a], g =>
        {
            Tensor l = saved.Tensor, inner = l.mT.matmul(g.tril()).tril();
            inner = inner - (inner.diagonal(0, -2, -1).diag_embed() * 0.5);
            Tensor outer = LowerUpper.Solve(l.mT, inner, "linalg.cholesky");
            Tensor gradient = LowerUpper.Solve(l.mT, outer.mT, "linalg.cholesky").mT;
            return [(gradient + gradient.mT) * 0.5];
        });
    }

    private static Tensor Factor(Tensor a, int n)
    {
        using Temporaries own = Temporaries.Enter();
        Tensor work = MatrixBatch.Working(a);
        MatrixBatch.Each(MatrixBatch.Batch(a), i =>
        {
            Span<double> l = MatrixBatch.Of(work, i, n * n);
            for (int r = 0; r < n; r++)
            {
                for (int c = 0; c <= r; c++)
                {
                    double rest = l[(r * n) + c] - TensorPrimitives.Dot<double>(l.Slice(r * n, c), l.Slice(c * n, c));
                    if (r != c) l[(r * n) + c] = rest / l[(c * n) + c];
                    else if (rest > 0) l[(r * n) + r] = Math.Sqrt(rest);
                    else throw TorchError.Of($"linalg.cholesky: the leading minor of order {r + 1} is not positive-definite.");
                }
                l.Slice((r * n) + r + 1, n - r - 1).Clear();
            }
        });
        return own.Keep(work.AsDtype(a.dtype));
    }
}

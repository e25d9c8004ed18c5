using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A = QR by reflections, with the signs that LAPACK gives.</summary>
internal static class Householder
{
    internal static (Tensor Q, Tensor R) Factor(Tensor a, bool complete)
    {
        MatrixBatch.RequireMatrices(a, "linalg.qr");
        int rows = (int)a.Sizes[^2], columns = (int)a.Sizes[^1], kept = complete ? rows : Math.Min(rows, columns);
        (Tensor q, Tensor r) = Reflected(a, rows, columns, kept);
        Saved savedQ = Saved.Of(q), savedR = Saved.Of(r);
        Tensor[] both = Op.Record("LinalgQrBackward", [q, r], [a], g =>
        {
            if (kept != columns) throw TorchError.Of($"linalg.qr has a gradient where Q and R are {rows}x{columns} and {columns}x{columns}, as of tall matrices in reduced mode.");
            Tensor forQ = g[0] ?? savedQ.Tensor.zeros_like(), forR = g[1] ?? savedR.Tensor.zeros_like();
            Tensor inner = savedR.Tensor.matmul(forR.mT) - forQ.mT.matmul(savedQ.Tensor);
            Tensor lower = inner.tril(-1), symmetric = lower + lower.mT + inner.diagonal(0, -2, -1).diag_embed();
            return [LowerUpper.Solve(savedR.Tensor, (forQ + savedQ.Tensor.matmul(symmetric)).mT, "linalg.qr").mT];
        });
        return (both[0], both[1]);
    }

    private static (Tensor Q, Tensor R) Reflected(Tensor a, int rows, int columns, int kept)
    {
        using Temporaries own = Temporaries.Enter();
        long[] batch = MatrixBatch.Batch(a);
        Tensor work = MatrixBatch.Working(a), q = MatrixBatch.Room(batch, [rows, kept], a.device), r = MatrixBatch.Room(batch, [kept, columns], a.device);
        MatrixBatch.Each(batch, i =>
        {
            double[] m = MatrixBatch.Of(work, i, rows * columns).ToArray(), basis = new double[rows * rows];
            for (int k = 0; k < rows; k++) basis[(k * rows) + k] = 1;
            var reflection = new double[rows];
            for (int k = 0; k < Math.Min(rows - 1, columns); k++)
            {
                double factor = Reflection(m, columns, k, reflection);
                if (factor == 0) continue;
                Apply(m, columns, k, reflection, factor, fromLeft: true);
                Apply(basis, rows, k, reflection, factor, fromLeft: false);
            }
            Span<double> ofQ = MatrixBatch.Of(q, i, rows * kept), ofR = MatrixBatch.Of(r, i, kept * columns);
            for (int row = 0; row < rows; row++) basis.AsSpan(row * rows, kept).CopyTo(ofQ[(row * kept)..]);
            for (int row = 0; row < kept; row++)
            {
                for (int c = 0; c < columns; c++) ofR[(row * columns) + c] = c < row ? 0 : m[(row * columns) + c];
            }
        });
        return (own.Keep(q.AsDtype(a.dtype)), own.Keep(r.AsDtype(a.dtype)));
    }

    // The vector v, from k on, and the factor τ of the reflection 1 − τvvᵀ that leaves column k nothing below the diagonal.
    private static double Reflection(double[] m, int columns, int k, double[] v)
    {
        double below = 0;
        for (int row = k; row < v.Length; row++)
        {
            v[row] = m[(row * columns) + k];
            if (row > k) below += v[row] * v[row];
        }
        if (below == 0) return 0;
        double head = v[k], length = -Math.CopySign(Math.Sqrt((head * head) + below), head);
        for (int row = k + 1; row < v.Length; row++) v[row] /= head - length;
        v[k] = 1;
        return (length - head) / length;
    }

    private static void Apply(double[] m, int columns, int k, double[] v, double factor, bool fromLeft)
    {
        int lines = fromLeft ? columns : m.Length / columns;
        for (int line = 0; line < lines; line++)
        {
            double along = 0;
            for (int i = k; i < v.Length; i++) along += v[i] * m[At(i, line)];
            for (int i = k; i < v.Length; i++) m[At(i, line)] -= factor * along * v[i];
        }

        int At(int i, int line) => fromLeft ? (i * columns) + line : (line * columns) + i;
    }
}

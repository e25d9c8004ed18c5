using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Gaussian elimination with partial pivoting: solutions of linear systems, and determinants.</summary>
internal static class LowerUpper
{
    /// <summary>X of AX = B, over one batch of both.</summary>
    internal static Tensor Solve(Tensor a, Tensor b, string operation)
    {
        int n = MatrixBatch.RequireSquare(a, operation);
        if (b.Rank != a.Rank || b.Sizes[^2] != n || a.dtype != b.dtype)
            throw TorchError.Of($"{operation} of {a.dtype} {Shapes.Text(a.Sizes)} has no right side of {b.dtype} {Shapes.Text(b.Sizes)}.");
        Devices.RequireOne(a, b);
        Tensor solution = Solution(a, b, n, (int)b.Sizes[^1], operation);
        Saved left = Saved.Of(a), x = Saved.Of(solution);
        return Op.Record("LinalgSolveBackward", solution, [a, b], g =>
        {
            Tensor right = Solve(left.Tensor.mT, g, operation);
            return [-right.matmul(x.Tensor.mT), right];
        });
    }

    /// <summary>Sign and ln of the size of the determinant; 0 and −∞ of a singular matrix.</summary>
    internal static (Tensor Sign, Tensor Log) Determinant(Tensor a, string operation)
    {
        int n = MatrixBatch.RequireSquare(a, operation);
        long[] batch = MatrixBatch.Batch(a);
        using Temporaries own = Temporaries.Enter();
        Tensor work = MatrixBatch.Working(a), signs = MatrixBatch.Room(batch, [], a.device), logs = MatrixBatch.Room(batch, [], a.device);
        MatrixBatch.Each(batch, i =>
        {
            Span<double> m = MatrixBatch.Of(work, i, n * n);
            double sign = Factor(m, n, stackalloc int[n]), log = 0;
            for (int k = 0; k < n; k++)
            {
                sign *= Math.Sign(m[(k * n) + k]);
                log += Math.Log(Math.Abs(m[(k * n) + k]));
            }
            (signs.Flat<double>()[i], logs.Flat<double>()[i]) = (sign, log);
        });
        (Tensor Sign, Tensor Log) result = (own.Keep(signs.AsDtype(a.dtype)), own.Keep(logs.AsDtype(a.dtype)));
        Saved matrix = Saved.Of(a);
        Op.Record("LinalgSlogdetBackward", result.Log, [a], g => [g.unsqueeze(-1).unsqueeze(-1) * Inverse(matrix.Tensor, operation).mT]);
        return result;
    }

    internal static Tensor Inverse(Tensor a, string operation)
    {
        int n = MatrixBatch.RequireSquare(a, operation);
        return Op.Composed(() => Solve(a, eye(n, n, a.dtype, a.device).expand(a.Sizes), operation));
    }

    private static Tensor Solution(Tensor a, Tensor b, int n, int columns, string operation)
    {
        using Temporaries own = Temporaries.Enter();
        Tensor work = MatrixBatch.Working(a), x = MatrixBatch.Working(b);
        MatrixBatch.Each(MatrixBatch.Batch(a), i =>
        {
            Span<double> m = MatrixBatch.Of(work, i, n * n), y = MatrixBatch.Of(x, i, n * columns);
            var rows = new int[n];
            Factor(m, n, rows);
            for (int k = 0; k < n; k++)
            {
                if (m[(k * n) + k] == 0) throw TorchError.Of($"{operation}: The diagonal element {k + 1} is zero: the matrix is singular.");
                Swap(Row(y, k, columns), Row(y, rows[k], columns));
            }
            for (int k = 0; k < n; k++)
            {
                for (int r = k + 1; r < n; r++) Subtract(Row(y, k, columns), m[(r * n) + k], Row(y, r, columns));
            }
            for (int k = n - 1; k >= 0; k--)
            {
                TensorPrimitives.Divide(Row(y, k, columns), m[(k * n) + k], Row(y, k, columns));
                for (int r = 0; r < k; r++) Subtract(Row(y, k, columns), m[(r * n) + k], Row(y, r, columns));
            }
        });
        return own.Keep(x.AsDtype(a.dtype));
    }

    // L below the diagonal, its ones left out, and U from there on; which row each step swapped with, and the parity of that.
    private static int Factor(Span<double> m, int n, Span<int> swapped)
    {
        int parity = 1;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int r = k + 1; r < n; r++)
            {
                if (Math.Abs(m[(r * n) + k]) > Math.Abs(m[(pivot * n) + k])) pivot = r;
            }
            swapped[k] = pivot;
            if (pivot != k)
            {
                Swap(Row(m, k, n), Row(m, pivot, n));
                parity = -parity;
            }
            if (m[(k * n) + k] == 0) continue;
            for (int r = k + 1; r < n; r++)
            {
                double factor = m[(r * n) + k] /= m[(k * n) + k];
                Subtract(Row(m, k, n)[(k + 1)..], factor, Row(m, r, n)[(k + 1)..]);
            }
        }
        return parity;
    }

    private static Span<double> Row(Span<double> m, int row, int columns) => m.Slice(row * columns, columns);

    private static void Subtract(ReadOnlySpan<double> row, double factor, Span<double> from) => TensorPrimitives.MultiplyAdd(row, -factor, from, from);

    private static void Swap(Span<double> a, Span<double> b)
    {
        if (a == b) return;
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (b[i], a[i]);
    }
}

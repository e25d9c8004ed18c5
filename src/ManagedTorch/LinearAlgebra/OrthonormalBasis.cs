using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Vectors of length one, at right angles to those there are.</summary>
internal static class OrthonormalBasis
{
    /// <summary>The columns that are missing to a basis of the whole space: [rows, columns] to [rows, rows − columns].</summary>
    internal static Tensor Completion(Tensor orthonormal)
    {
        int rows = (int)orthonormal.Sizes[^2], columns = (int)orthonormal.Sizes[^1], missing = rows - columns;
        using Temporaries own = Temporaries.Enter();
        Tensor given = MatrixBatch.Working(orthonormal), found = MatrixBatch.Room(MatrixBatch.Batch(orthonormal), [rows, missing], orthonormal.device);
        MatrixBatch.Each(MatrixBatch.Batch(orthonormal), i =>
        {
            var basis = new List<double[]>(MatrixBatch.Columns(given, i));
            while (basis.Count < rows) basis.Add(Next(basis, rows));
            MatrixBatch.Write(basis[columns..], found, i);
        });
        return own.Keep(found.AsDtype(orthonormal.dtype));
    }

    /// <summary>The first axis that lies well outside of what the basis spans, less its part in there.</summary>
    internal static double[] Next(List<double[]> basis, int length)
    {
        // The squares of the parts outside sum to the dimensions that are left: one is at least their mean.
        double enough = 0.5 * (length - basis.Count) / length;
        for (int axis = 0; ; axis++)
        {
            var vector = new double[length];
            vector[axis] = 1;
            // Gram-Schmidt, twice, so that rounding does not bend it.
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] other in basis) TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(vector, other), vector, vector);
            }
            double square = TensorPrimitives.SumOfSquares<double>(vector);
            if (square < enough) continue;
            TensorPrimitives.Divide(vector, Math.Sqrt(square), vector);
            return vector;
        }
    }
}

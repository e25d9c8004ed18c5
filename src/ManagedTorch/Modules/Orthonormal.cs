namespace TorchSharp;

/// <summary>Orthonormal vectors of random ones: the Q of a QR factorization whose R has a positive diagonal.</summary>
internal static class Orthonormal
{
    /// <summary>Makes the rows of a row-major matrix orthonormal or, where they are more, its columns.</summary>
    public static void Fill(double[] matrix, int rows, int columns)
    {
        bool byRow = rows < columns;
        int vectors = Math.Min(rows, columns);
        int length = Math.Max(rows, columns);
        (int stride, int step) = byRow ? (columns, 1) : (1, columns);
        for (int i = 0; i < vectors; i++)
        {
            // Gram-Schmidt loses orthogonality to rounding; done twice it does not (Giraud, Langou and Rozložník, 2005).
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    Subtract(Dot(i, j), i, j);
                }
            }
            double norm = Math.Sqrt(Dot(i, i));
            for (int k = 0; k < length; k++)
            {
                matrix[i * stride + k * step] /= norm;
            }
        }

        double Dot(int a, int b)
        {
            double sum = 0;
            for (int k = 0; k < length; k++)
            {
                sum += matrix[a * stride + k * step] * matrix[b * stride + k * step];
            }
            return sum;
        }

        void Subtract(double factor, int from, int direction)
        {
            for (int k = 0; k < length; k++)
            {
                matrix[from * stride + k * step] -= factor * matrix[direction * stride + k * step];
            }
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>The p-norm of vectors along dimensions, by default of all elements.</summary>
        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) => input.Norm(dims ?? [], keepdim, ord);

        /// <summary>Of matrices: the largest (of a negative order, the smallest) sum of a column for 1, of a row for ∞, and singular value for 2.</summary>
        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => OfMatrices(input, dims, keepdim, m =>
        {
            Tensor sizes = Math.Abs(ord) switch
            {
                1 => m.abs().sum([-2L]),
                2 => svdvals(m),
                double.PositiveInfinity => m.abs().sum([-1L]),
                _ => throw TorchError.Of($"A matrix has no norm of order {ord}: 1, 2 and ∞ are orders, and their negatives."),
            };
            return ord > 0 ? sizes.amax([-1]) : sizes.amin([-1]);
        });

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false) => OfMatrices(input, dims, keepdim, m => ord switch
        {
            "fro" => m.Norm([-2, -1], keepdim: false, 2),
            "nuc" => svdvals(m).sum([-1L]),
            _ => throw TorchError.Of($"A matrix has no norm named {ord}: \"fro\" and \"nuc\" are names."),
        });

        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => vector_norm(input, 2, dims, keepdim);

        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) => norm(input, (double)ord, dims, keepdim);

        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) =>
            (dims?.Length ?? input.Rank) == 2 ? matrix_norm(input, ord, dims, keepdim) : vector_norm(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) => matrix_norm(input, ord, dims, keepdim);

        private static Tensor OfMatrices(Tensor input, long[]? dims, bool keepdim, Func<Tensor, Tensor> norm) => Op.Composed(() =>
        {
            MatrixBatch.RequireMatrices(input, "linalg.matrix_norm");
            int[] over = Shapes.Dims(dims ?? [-2, -1], input.Rank);
            if (over.Length != 2) throw TorchError.Of($"A matrix has two dimensions, not {over.Length}.");
            Tensor result = norm(input.movedim([over[0], over[1]], [-2, -1]));
            return Tensor.Regrown(result, over, !keepdim);
        });
    }
}

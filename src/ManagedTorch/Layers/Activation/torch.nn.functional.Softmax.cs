namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor softmin(Tensor x, long dim) => Op.Composed(x, x => (-x).softmax(dim));

            public static Tensor softmax2d(Tensor x) => x.dim() is 3 or 4
                ? x.softmax(-3)
                : throw new ArgumentException($"softmax2d takes [channels, height, width], batched or not, but got [{string.Join(", ", x.shape)}].", nameof(x));
        }
    }
}

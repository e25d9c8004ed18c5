namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor softmax(long dim, ScalarType? dtype = null)
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor x = ForSoftmax(dtype, "softmax");
            if (ScalarTypes.IsNarrow(x.dtype)) return Op.Composed(x, wide => wide.softmax(d));
            Tensor output = SoftmaxKernel.Run(x, d, log: false);
            Saved y = Saved.Of(output);
            return Op.Record("SoftmaxBackward", output, [x], g =>
            {
                Tensor weighted = g * y.Tensor;
                return [weighted - (y.Tensor * weighted.sum([d], keepdim: true))];
            });
        }

        public Tensor log_softmax(long dim, ScalarType? dtype = null)
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor x = ForSoftmax(dtype, "log_softmax");
            if (ScalarTypes.IsNarrow(x.dtype)) return Op.Composed(x, wide => wide.log_softmax(d));
            Tensor output = SoftmaxKernel.Run(x, d, log: true);
            Saved y = Saved.Of(output);
            return Op.Record("LogSoftmaxBackward", output, [x], g => [g - (y.Tensor.exp() * g.sum([d], keepdim: true))]);
        }

        private Tensor ForSoftmax(ScalarType? dtype, string operation)
        {
            if (dtype is { } wanted && wanted != this.dtype) return to(wanted);
            return IsFloating ? this : throw TorchError.Of($"{operation} is of floating-point numbers, not of {this.dtype}: convert first, or give a dtype.");
        }
    }

    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
}

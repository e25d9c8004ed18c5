using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor one_hot(Tensor x, long num_classes = -1)
            {
                if (x.dtype != ScalarType.Int64) throw new ArgumentException("one_hot takes class indices of type Int64", nameof(x));
                if (x.numel() == 0 && num_classes <= 0)
                    throw new ExternalException("Can not infer total number of classes from empty tensor.");
                return Op.Composed(() =>
                {
                    if (x.numel() > 0)
                    {
                        long largest = x.max().item<long>();
                        if (x.min().item<long>() < 0) throw new ExternalException("Class values must be non-negative.");
                        if (num_classes == -1) num_classes = largest + 1;
                        if (num_classes < 1) throw new ExternalException("num_classes should be positive");
                        if (largest >= num_classes) throw new ExternalException("Class values must be smaller than num_classes.");
                    }
                    Tensor index = x.unsqueeze(-1);
                    return zeros([.. x.shape, num_classes], dtype: ScalarType.Int64, device: x.device).scatter_(-1, index, ones_like(index));
                });
            }
        }
    }
}

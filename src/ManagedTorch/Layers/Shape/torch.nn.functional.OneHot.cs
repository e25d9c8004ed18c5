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
                    throw new ExternalException("How many classes there are cannot be told from no elements: give num_classes.");
                return Op.Composed(() =>
                {
                    if (x.numel() > 0)
                    {
                        long largest = x.max().item<long>();
                        if (x.min().item<long>() < 0) throw new ExternalException("A class is not negative.");
                        if (num_classes == -1) num_classes = largest + 1;
                        if (num_classes < 1) throw new ExternalException("There is at least one class.");
                        if (largest >= num_classes) throw new ExternalException($"Classes are smaller than num_classes: {largest} is not below {num_classes}.");
                    }
                    Tensor index = x.unsqueeze(-1);
                    return zeros([.. x.shape, num_classes], dtype: ScalarType.Int64, device: x.device).scatter_(-1, index, ones_like(index));
                });
            }
        }
    }
}

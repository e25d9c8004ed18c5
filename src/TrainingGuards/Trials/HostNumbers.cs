using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>The few numbers of a tensor that a check decides by, as an array.</summary>
internal static class HostNumbers
{
    public static double[] Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using TensorAccessor<double> numbers = tensor.detach().to(ScalarType.Float64).flatten().cpu().data<double>();
        return numbers.ToArray();
    }

    public static long[] Integers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using TensorAccessor<long> numbers = tensor.detach().to(ScalarType.Int64).flatten().cpu().data<long>();
        return numbers.ToArray();
    }
}

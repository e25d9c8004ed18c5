using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How far two computations of one number may be apart that add in different orders.</summary>
internal static class Rounding
{
    // Errors of one rounding each add up like a random walk: 16 of them take 256 layers.
    private const double Roundings = 16;

    /// <summary>The largest relative difference in root mean square that rounding explains: 16 units of roundoff. On a GPU, float32 may be multiplied with the 11 bits of TF32.</summary>
    public static double Of(Tensor tensor) => Roundings * tensor.dtype switch
    {
        ScalarType.BFloat16 => 1.0 / (1 << 8),
        ScalarType.Float16 => 1.0 / (1 << 11),
        ScalarType.Float32 when tensor.device_type == TorchSharp.DeviceType.CUDA => 1.0 / (1 << 11),
        ScalarType.Float64 => 1.0 / (1L << 53),
        _ => 1.0 / (1 << 24),
    };
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A number of 64 bits for each example of a batch, by its inputs: equal inputs have equal numbers, others differ but with a probability of 2⁻⁶⁴ a pair.</summary>
/// <remarks>Integer arithmetic modulo 2⁶⁴ where the tensors are: it is exact and does not depend on the order of a sum, so that the same example has the same number in any batch, on any device.</remarks>
internal static class Fingerprint
{
    // The multipliers of SplitMix64 (Steele, Lea and Flood, 2014).
    private const long Gamma = unchecked((long)0x9E3779B97F4A7C15), First = unchecked((long)0xBF58476D1CE4E5B9), Second = unchecked((long)0x94D049BB133111EB);

    /// <summary>Of the inputs of a batch; inputs without a batch dimension are the same for all and left out.</summary>
    public static long[] Of(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        long size = batch.Size;
        Tensor? all = null;
        long salt = 0;
        foreach (Tensor input in batch.Inputs.Where(input => input.dim() > 0 && input.shape[0] == size))
        {
            Tensor own = Rows(input.detach().reshape(size, -1), salt++);
            all = all is null ? own : Mixed(all) + own;
        }
        return all is null ? new long[size] : HostNumbers.Integers(all);
    }

    private static Tensor Rows(Tensor rows, long salt)
    {
        using Tensor place = Mixed((arange(1, rows.shape[1] + 1, dtype: ScalarType.Int64, device: rows.device) + (salt << 40)) * Gamma);
        if (!rows.is_floating_point()) return Mixed(rows.to(ScalarType.Int64) * Gamma + place).sum([1L]);
        Tensor numbers = rows.to(ScalarType.Float64).nan_to_num(nan: 0.123456789, posinf: 1e300, neginf: -1e300);
        // Fixed-point numbers, coarse and fine: together they hold every bit of a float32 from 2⁻³⁸ to 2²⁹.
        Tensor coarse = (numbers.clamp(-(1L << 29), 1L << 29) * (1L << 32)).to(ScalarType.Int64), fine = (numbers.clamp(-1, 1) * (1L << 61)).to(ScalarType.Int64);
        return (Mixed(coarse * Gamma + place) + Mixed(fine * Second + place)).sum([1L]);
    }

    private static Tensor Mixed(Tensor bits)
    {
        Tensor shift = full([], 32L, dtype: ScalarType.Int64, device: bits.device);
        bits = bits.bitwise_xor(bits.bitwise_right_shift(shift)) * First;
        bits = bits.bitwise_xor(bits.bitwise_right_shift(shift)) * Second;
        return bits.bitwise_xor(bits.bitwise_right_shift(shift));
    }
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Whether something sets torch's generator: from two different states of it, the same state is left behind.</summary>
internal static class Reseeding
{
    /// <summary>1 where the generator is left in different states, as by what draws from it or does not touch it; 0 where it is seeded. The generator is put back.</summary>
    public static double Differs(Action act)
    {
        using Tensor before = get_rng_state();
        using Tensor first = After(act, 20_011), second = After(act, 70_051);
        set_rng_state(before);
        return TensorBits.Same(first, second) ? 0 : 1;
    }

    private static Tensor After(Action act, long seed)
    {
        manual_seed(seed);
        act();
        return get_rng_state();
    }
}

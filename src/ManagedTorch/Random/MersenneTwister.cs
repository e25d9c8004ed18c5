namespace TorchSharp;

/// <summary>MT19937 (Matsumoto and Nishimura, 1998): the source that PyTorch draws from on the CPU.</summary>
internal sealed class MersenneTwister
{
    internal const int Words = 624;
    private const int Middle = 397;

    private readonly uint[] state = new uint[Words];
    private int left = 1;
    private int next;

    internal MersenneTwister(ulong seed) => Seed(seed);

    internal ReadOnlySpan<uint> State => state;

    internal int Left => left;

    internal int Next => next;

    internal void Seed(ulong seed)
    {
        state[0] = (uint)seed;
        for (uint i = 1; i < Words; i++) state[i] = (1812433253u * (state[i - 1] ^ (state[i - 1] >> 30))) + i;
        (left, next) = (1, 0);
    }

    internal void Restore(ReadOnlySpan<uint> words, int leftWords, int nextWord)
    {
        words.CopyTo(state);
        (left, next) = (leftWords, nextWord);
    }

    internal uint Draw()
    {
        if (--left == 0) Twist();
        uint y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Words; i++)
        {
            uint y = (state[i] & 0x80000000) | (state[(i + 1) % Words] & 0x7fffffff);
            state[i] = state[(i + Middle) % Words] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0df : 0);
        }
        (left, next) = (Words, 0);
    }
}

using System.Numerics;

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
        return Tempered(state[next++]);
    }

    /// <summary>The same numbers as one <see cref="Draw"/> after another.</summary>
    internal void Fill(Span<uint> numbers)
    {
        while (!numbers.IsEmpty)
        {
            if (left == 1)
            {
                Twist();
                left++;
            }
            int count = Math.Min(numbers.Length, left - 1);
            Temper(state.AsSpan(next, count), numbers);
            next += count;
            left -= count;
            numbers = numbers[count..];
        }
    }

    private static uint Tempered(uint y)
    {
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private static void Temper(ReadOnlySpan<uint> words, Span<uint> numbers)
    {
        int i = 0;
        for (; i + Vector<uint>.Count <= words.Length; i += Vector<uint>.Count)
        {
            var y = new Vector<uint>(words[i..]);
            y ^= y >>> 11;
            y ^= (y << 7) & new Vector<uint>(0x9d2c5680);
            y ^= (y << 15) & new Vector<uint>(0xefc60000);
            (y ^ (y >>> 18)).CopyTo(numbers[i..]);
        }
        for (; i < words.Length; i++) numbers[i] = Tempered(words[i]);
    }

    // Each word is made of itself, the next one and the one 397 further, all round the ring: in three runs that need no remainder.
    private void Twist()
    {
        Twist(0, Words - Middle, Middle);
        Twist(Words - Middle, Words - 1, Middle - Words);
        state[Words - 1] = state[Middle - 1] ^ Mixed(state[Words - 1], state[0]);
        (left, next) = (Words, 0);
    }

    private void Twist(int from, int to, int reach)
    {
        int i = from;
        for (; i + Vector<uint>.Count <= to; i += Vector<uint>.Count)
        {
            var y = (new Vector<uint>(state, i) & new Vector<uint>(0x80000000)) | (new Vector<uint>(state, i + 1) & new Vector<uint>(0x7fffffff));
            Vector<uint> odd = (Vector<uint>.Zero - (y & Vector<uint>.One)) & new Vector<uint>(0x9908b0df);
            (new Vector<uint>(state, i + reach) ^ (y >>> 1) ^ odd).CopyTo(state, i);
        }
        for (; i < to; i++) state[i] = state[i + reach] ^ Mixed(state[i], state[i + 1]);
    }

    private static uint Mixed(uint word, uint following)
    {
        uint y = (word & 0x80000000) | (following & 0x7fffffff);
        return (y >> 1) ^ ((0u - (y & 1)) & 0x9908b0df);
    }
}

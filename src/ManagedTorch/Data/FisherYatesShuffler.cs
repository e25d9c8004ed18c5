using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The numbers below <c>size</c> in a random order: another one at each enumeration or, with a seed, always the same.</summary>
public class FisherYatesShuffler(long size, int? seed = null) : IEnumerable<long>
{
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shuffled()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Inside-out, with TorchSharp's draws from System.Random, so that a seed gives the order that it gives there.
    private long[] Shuffled()
    {
        Random random = seed is { } given ? new Random(given) : new Random();
        long[] order = new long[size];
        for (long i = 0; i < size; i++)
        {
            long j = Below(random, i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long Below(Random random, long bound)
    {
        long high = (long)random.Next() << 32;
        return unchecked(high + (uint)random.Next()) % bound;
    }
}

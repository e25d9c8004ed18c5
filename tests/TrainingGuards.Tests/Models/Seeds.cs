using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>The seeds that what is sound must be found sound with.</summary>
internal static class Seeds
{
    // A claim is about the mathematics, which ten seeds on the CPU try; a GPU adds its rounding and its placement, which every seed meets.
    private static readonly int Count = cuda.is_available() ? 2 : 10;

    /// <summary>Each of some names with each of the seeds 0 to 9, or 0 and 1 where there is a GPU; for a theory.</summary>
    /// <param name="names">The names.</param>
    /// <param name="most">How many seeds there are at most.</param>
    public static TheoryData<string, int> Of(IEnumerable<string> names, int most = 10)
    {
        var cases = new TheoryData<string, int>();
        foreach (string name in names)
            for (int seed = 0; seed < Math.Min(Count, most); seed++) cases.Add(name, seed);
        return cases;
    }
}

using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data.Saboteurs;

/// <summary>800 examples of four classes, 600 to train on and 200 to validate, of which some classes lie in one set alone.</summary>
internal static class SplitByClass
{
    /// <summary>Sorted by class, and cut at 600.</summary>
    public static Setup Cut => Of(i => i / 200);

    /// <summary>One class was filtered out of a set.</summary>
    public static Setup Without(long gone, bool training) => Of(i => i % 4 == gone && i < 600 == training ? (i + 4) % 4 + (gone == 0 ? 1 : -1) : i % 4);

    /// <summary>Examples whose class follows from where they lie.</summary>
    public static Setup Of(Func<long, long> classOf) => DataSets.Seeded(() =>
    {
        Tensor x = randn(800, 8), y = tensor([.. Enumerable.Range(0, 800).Select(i => classOf(i))]);
        return DataSets.Named("blobs", 0) with { Training = Examples.From(x.narrow(0, 0, 600), y.narrow(0, 0, 600), 32), Validation = Examples.From(x.narrow(0, 600, 200), y.narrow(0, 600, 200), 32) };
    });
}

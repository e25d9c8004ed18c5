using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data.Saboteurs;

/// <summary>Blobs, 600 to train on and 400 to validate unless more are asked for, of which training labels are wrong in part.</summary>
internal static class WrongLabels
{
    /// <summary>Whose labels are those of other examples: a share of them.</summary>
    public static Setup InPart(double share, int seed = 0) => Of(y => y.index_select(0, randperm(y.shape[0])).where(rand(y.shape[0]).lt(share), y), seed: seed);

    /// <summary>Two classes that lie apart, and a third of class 1 are labelled 0.</summary>
    public static Setup OneForAnother => Of(y => y * rand(y.shape[0]).lt(0.67), spread: 0, classes: 2, more: 400);

    /// <summary>Blobs that overlap by their spread, with training labels of one's own.</summary>
    public static Setup Of(Func<Tensor, Tensor> labels, double spread = 0.3, int seed = 0, long classes = 4, long more = 0) => DataSets.Seeded(
        () =>
        {
            (Tensor x, Tensor y) = SampleData.Blobs(1000 + more, 8, classes);
            x += spread * randn_like(x);
            return DataSets.Named("blobs", 0) with
            {
                Training = Examples.From(x.narrow(0, 0, 600 + more), labels(y.narrow(0, 0, 600 + more)), 32),
                Validation = Examples.From(x.narrow(0, 600 + more, 400), y.narrow(0, 600 + more, 400), 32),
            };
        },
        seed);
}

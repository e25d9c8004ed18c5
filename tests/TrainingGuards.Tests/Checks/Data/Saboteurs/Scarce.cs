using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data.Saboteurs;

/// <summary>A class of four examples, and a validation set of forty.</summary>
internal static class Scarce
{
    public static Setup Class
    {
        get
        {
            manual_seed(0);
            Tensor labels = arange(400).remainder(3).to(ScalarType.Int64);
            labels.narrow(0, 100, 4).fill_(3);
            return SoundExamples.Classifier() with { Training = Examples.From(randn(400, 8), labels, 20, shuffled: true) };
        }
    }

    public static Setup Validation
    {
        get
        {
            manual_seed(0);
            (Tensor inputs, Tensor labels) = SampleData.Blobs(40, 8, 4);
            return SoundExamples.Classifier() with { Validation = Examples.From(inputs, labels, 20) };
        }
    }
}

using TorchSharp;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data.Saboteurs;

/// <summary>Images that are augmented in one way in training and in another in validation.</summary>
internal static class Augmented
{
    private static readonly System.Random Kept = new(3);

    public static Setup Setup(Func<Tensor, long, Tensor>? training, Func<Tensor, long, Tensor>? validation = null)
    {
        manual_seed(0);
        (Tensor images, Tensor labels) = SampleData.Quarters(480);
        return SoundSetups.ConvNet with
        {
            Batch = null,
            Evaluate = null,
            Training = ImageData.Loaded(images.narrow(0, 0, 360), labels.narrow(0, 0, 360), shuffle: true, training),
            Validation = ImageData.Loaded(images.narrow(0, 360, 120), labels.narrow(0, 360, 120), shuffle: false, validation),
        };
    }

    /// <summary>A mirror image in half of the fetches, from a generator that is kept.</summary>
    public static Tensor Mirrored(Tensor image, long index)
    {
        lock (Kept) return Kept.NextDouble() < 0.5 ? image.flip(-1) : image;
    }

    /// <summary>Noise from a generator that is made with the same seed at each fetch.</summary>
    public static Tensor FixedNoise(Tensor image, long index) => image + new System.Random(42).NextDouble();

    /// <summary>Noise from torch's generator, which is seeded at each fetch.</summary>
    public static Tensor Reseeded(Tensor image, long index)
    {
        manual_seed(42);
        return image + (0.1 * randn(1));
    }

    /// <summary>Noise from a generator that is seeded by a clock of long ticks: here one tick is two fetches.</summary>
    public static Func<Tensor, long, Tensor> ClockNoise()
    {
        int fetches = 0;
        return (image, _) => image + (0.1 * new System.Random(Interlocked.Increment(ref fetches) - 1 >> 1).NextDouble());
    }
}

using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How much farther predictions are from what the targets are on average than those of a model without a preference: 0 for such a model, less for a better one.</summary>
internal static class PriorDistance
{
    private const double Smallest = 1e-38;

    /// <summary>KL(π ‖ p) − KL(π ‖ uniform) in nats, of logarithms of probabilities [classes].</summary>
    public static double OfClasses(Tensor prior, Tensor log) => -(prior * log).sum().ToDouble() - Math.Log(log.shape[0]);

    /// <summary>The same of each column of zeros and ones, as two classes.</summary>
    /// <param name="ones">The share of ones in each column.</param>
    /// <param name="probability">The probability of a one in each column.</param>
    public static Tensor OfBinary(Tensor ones, Tensor probability) =>
        -((ones * probability.clamp(min: Smallest).log()) + ((1 - ones) * (1 - probability).clamp(min: Smallest).log())) - Math.Log(2);

    /// <summary>(|b − ȳ| − |ȳ|) / scale of each column of numbers.</summary>
    public static Tensor OfNumbers(Tensor mean, Tensor value, Tensor scale) => ((value - mean).abs() - mean.abs()) / scale;
}

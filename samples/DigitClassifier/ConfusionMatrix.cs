using DigitClassifier.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DigitClassifier;

/// <summary>How often each digit was read as which.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] _counts = new int[Digits.Classes, Digits.Classes];

    private ConfusionMatrix()
    {
    }

    /// <summary>How often a digit was read as another, or as itself.</summary>
    public int this[int digit, int readAs] => _counts[digit, readAs];

    /// <summary>The number of images.</summary>
    public int Total => _counts.Cast<int>().Sum();

    /// <summary>The number of images that were read right.</summary>
    public int Right => Enumerable.Range(0, Digits.Classes).Sum(digit => _counts[digit, digit]);

    /// <summary>The fraction of images that were read right.</summary>
    public double Accuracy => (double)Right / Total;

    /// <summary>The number of images of a digit.</summary>
    public int Of(int digit) => Enumerable.Range(0, Digits.Classes).Sum(readAs => _counts[digit, readAs]);

    /// <summary>Evaluates a model on all digits; leaves it in evaluation mode.</summary>
    public static ConfusionMatrix Of(Module<Tensor, Tensor> model, Digits digits)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(digits);
        var matrix = new ConfusionMatrix();
        Device device = model.parameters().First().device;
        model.eval();
        using IDisposable gradients = no_grad();
        foreach (long[] rows in digits.Batches(Trainer.BatchSize))
        {
            using var scope = NewDisposeScope();
            (Tensor images, Tensor labels) = digits.At(rows, device);
            Tensor predictions = model.call(images).argmax(1);
            foreach ((long label, long prediction) in labels.cpu().data<long>().Zip(predictions.cpu().data<long>())) matrix._counts[label, prediction]++;
        }
        return matrix;
    }
}

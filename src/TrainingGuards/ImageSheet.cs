using TrainingGuards.Exhibits;
using static TorchSharp.torch;

namespace TrainingGuards;

/// <summary>Small pictures of tensors, all on one scale, for the eye: examples as they enter the model, filters of a layer. Reports draw it, messages leave it out.</summary>
/// <param name="Quantity">What is drawn: <c>input</c>.</param>
/// <param name="Low">The value that is drawn black.</param>
/// <param name="High">The value that is drawn white.</param>
/// <param name="Images">The pictures, in order.</param>
public sealed record ImageSheet(string Quantity, double Low, double High, IReadOnlyList<TensorImage> Images)
{
    /// <summary>How many pictures <see cref="Of"/> draws at most.</summary>
    public const int Most = 16;

    /// <summary>What was left out of a picture or done to it: <c>channel 0 of 64</c>; empty where it is all there.</summary>
    public string Note { get; init; } = "";

    /// <summary>The first 16 pictures of a tensor, of at most 64 by 64 pixels each: larger ones are averaged down. Only these pixels are copied to the host.</summary>
    /// <param name="quantity">What is drawn: <c>input</c>.</param>
    /// <param name="images">
    /// Numbers of shape <c>[N, H, W]</c>, <c>[N, C, H, W]</c> or <c>[N, H, W, C]</c>, on any device. Of three channels a picture is red, green and blue; of four the first three are drawn; of two, and of more than four, the first.
    /// </param>
    /// <param name="captions">What is said of each picture; by default its number.</param>
    /// <param name="centred">Whether 0 is grey: the scale then ends as far below it as above.</param>
    /// <exception cref="ArgumentException">The tensor has another shape, or is complex.</exception>
    public static ImageSheet Of(string quantity, Tensor images, IReadOnlyList<string>? captions = null, bool centred = false)
    {
        ArgumentNullException.ThrowIfNull(quantity);
        ArgumentNullException.ThrowIfNull(images);
        return SheetPixels.Of(quantity, images, captions, centred);
    }
}

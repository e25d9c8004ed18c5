using System.Globalization;
using TorchSharp.Utils;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>Makes pictures of a tensor where it is; what is copied is 8 bits a pixel, of at most 16 pictures of 64 by 64.</summary>
internal static class SheetPixels
{
    // Counted in three numbers a picture: its lowest, its highest, and how many are not finite.
    private const int Facts = 3;

    /// <exception cref="ArgumentException">The tensor is no row of pictures.</exception>
    public static ImageSheet Of(string quantity, Tensor images, IReadOnlyList<string>? captions, bool centred, int largest = TensorImage.Largest)
    {
        if (images.dim() is not (3 or 4) || images.is_complex() || images.numel() == 0)
            throw new ArgumentException($"A sheet of pictures is given a tensor of shape {ShapeText.Of(images)} and type {images.dtype}; expected numbers of shape [N, H, W], [N, C, H, W] or [N, H, W, C]. Reshape or slice it first.", nameof(images));
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor drawn = images.detach().narrow(0, 0, Math.Min(images.shape[0], ImageSheet.Most)).to(ScalarType.Float32);
        var notes = new List<string>();
        if (images.shape[0] > ImageSheet.Most) notes.Add($"the first {Numbers.Text(ImageSheet.Most)} of {Numbers.Text(images.shape[0])}");
        drawn = Channelled(drawn, notes);
        Tensor finite = drawn.isfinite(), rows = drawn.flatten(1), seen = finite.flatten(1);
        // Facts first, of all numbers as they are; then pixels.
        double[] facts = HostNumbers.Of(stack([rows.masked_fill(seen.logical_not(), double.PositiveInfinity).amin([1L]), rows.masked_fill(seen.logical_not(), double.NegativeInfinity).amax([1L]), seen.logical_not().sum(1L).to(ScalarType.Float32)], 1));
        double[] least = [.. facts.Where((_, at) => at % Facts == 0).Where(double.IsFinite)], greatest = [.. facts.Where((_, at) => at % Facts == 1).Where(double.IsFinite)];
        (double low, double high) = least.Length == 0 ? (0, 0) : (least.Min(), greatest.Max());
        if (centred) (low, high) = (-Math.Max(Math.Abs(low), Math.Abs(high)), Math.Max(Math.Abs(low), Math.Abs(high)));
        drawn = Reduced(drawn.masked_fill(finite.logical_not(), 0), notes, largest);
        (long height, long width, long channels) = (drawn.shape[2], drawn.shape[3], drawn.shape[1]);
        Tensor levels = high > low ? ((drawn - low) / (high - low) * byte.MaxValue).round().clamp(0, byte.MaxValue) : full_like(drawn, 128);
        using TensorAccessor<byte> all = levels.permute(0, 2, 3, 1).contiguous().to(ScalarType.Byte).flatten().cpu().data<byte>();
        byte[] bytes = all.ToArray();
        int size = (int)(height * width * channels);
        return new(quantity, low, high, [.. Enumerable.Range(0, (int)drawn.shape[0]).Select(at => new TensorImage(
            captions is not null && at < captions.Count ? captions[at] : at.ToString(CultureInfo.InvariantCulture), (int)width, (int)height, (int)channels, bytes[(at * size)..((at + 1) * size)])
        {
            Least = Known(facts[at * Facts]),
            Greatest = Known(facts[(at * Facts) + 1]),
            NotFinite = (long)facts[(at * Facts) + 2],
        })]) { Note = string.Join("; ", notes) };
    }

    /// <summary>[N, C, H, W] with one channel or three.</summary>
    private static Tensor Channelled(Tensor images, List<string> notes)
    {
        if (images.dim() == 3) return images.unsqueeze(1);
        // Filters of three pixels across are no colours: a picture is more than 4 pixels wide.
        bool last = images.shape[3] is 1 or 3 or 4 && images.shape[1] is not (1 or 3) && images.shape[2] > 4;
        Tensor first = last ? images.permute(0, 3, 1, 2) : images;
        long channels = first.shape[1];
        if (channels is 1 or 3) return first;
        int kept = channels == 4 ? 3 : 1;
        notes.Add(kept == 3 ? "the first 3 of 4 channels" : $"channel 0 of {Numbers.Text(channels)}");
        return first.narrow(1, 0, kept);
    }

    private static Tensor Reduced(Tensor images, List<string> notes, int largest)
    {
        (long height, long width) = (images.shape[2], images.shape[3]);
        if (Math.Max(height, width) <= largest) return images;
        // A long row keeps its height: it has few pixels to spare.
        double share = Math.Min(height, width) * 4 <= largest ? 1 : (double)largest / Math.Max(height, width);
        long down = Math.Clamp((long)Math.Round(height * share), 1, largest), across = Math.Clamp((long)Math.Round(width * share), 1, largest);
        notes.Add($"averaged down from {Numbers.Text(width)} × {Numbers.Text(height)} to {Numbers.Text(across)} × {Numbers.Text(down)} pixels");
        return nn.functional.adaptive_avg_pool2d(images, [down, across]);
    }

    private static double Known(double value) => double.IsFinite(value) ? value : double.NaN;
}

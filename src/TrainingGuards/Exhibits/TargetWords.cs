using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>The targets of some examples in a few characters each; empty where an example has many numbers.</summary>
internal static class TargetWords
{
    private const long Most = 4;

    /// <summary>The number of each example in its batch, with its target where that is short: <c>example 3, label 7</c>.</summary>
    public static IReadOnlyList<string> Captions(Batch batch) =>
        [.. Of(batch.Targets, batch.Size, (int)Math.Min(batch.Size, ImageSheet.Most)).Select((target, at) => target.Length == 0 ? $"example {Numbers.Text(at)}" : $"example {Numbers.Text(at)}, {target}")];

    /// <summary>One text an example: <c>label 7</c>, <c>target 0.31</c>.</summary>
    public static IReadOnlyList<string> Of(Tensors targets, long size, int count)
    {
        if (targets.Count != 1 || targets[0].dim() == 0 || targets[0].shape[0] != size || targets[0].numel() > Most * size) return [.. Enumerable.Repeat("", count)];
        using var scope = NewDisposeScope();
        Tensor target = targets[0].detach();
        int width = (int)(target.numel() / size);
        double[] numbers = HostNumbers.Of(target.reshape(size, -1).narrow(0, 0, count));
        string name = target.is_floating_point() ? "target" : "label";
        return [.. numbers.Chunk(width).Select(own => $"{name} {string.Join(' ', own.Select(Numbers.Text))}")];
    }
}

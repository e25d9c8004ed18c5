using System.Globalization;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A part of a model that is to follow another as a moving average: after each step, t ← d·t + (1 − d)·s.</summary>
/// <param name="Path">The part that follows.</param>
/// <param name="Decay">d, from 0 to 1.</param>
/// <param name="Source">The part that it follows.</param>
internal sealed record MovingAverage(string Path, double Decay, string Source)
{
    private const double Explained = 1e-5;

    /// <summary>Reads <c>teacher: 0.99 encoder</c>, several separated by commas.</summary>
    /// <exception cref="ArgumentException">It is not written so.</exception>
    public static IReadOnlyList<MovingAverage> Parse(string text) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(one =>
            one.Split(':', StringSplitOptions.TrimEntries) is [{ Length: > 0 } path, var rest]
            && rest.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var decay, var source]
            && double.TryParse(decay, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1
                ? new MovingAverage(path, number, source)
                : throw new ArgumentException($"'{one}' is no moving average. Write 'teacher: 0.99 encoder': the part that follows, its decay from 0 to 1, and the part that it follows.", nameof(text))),
    ];

    /// <summary>The tensors that follow, each with the one that it follows.</summary>
    /// <exception cref="SetupException">The model has no such parts, or they do not fit together.</exception>
    public IReadOnlyList<(string Name, Tensor Follows, Tensor Source)> Pairs(nn.Module model)
    {
        var all = model.named_parameters().Select(part => (part.name, Tensor: (Tensor)part.parameter)).Concat(model.named_buffers().Select(part => (part.name, Tensor: part.buffer)))
            .Where(part => part.Tensor.is_floating_point()).ToDictionary(part => part.name, part => part.Tensor, StringComparer.Ordinal);
        var pairs = all.Where(one => CoveringNames.IsUnder(one.Key, Path)).Select(one => (one.Key, one.Value, Source: all.GetValueOrDefault(Source + one.Key[Path.Length..]))).ToList();
        if (pairs.Count > 0 && pairs.TrueForAll(pair => pair.Source is not null && pair.Source.shape.AsSpan().SequenceEqual(pair.Value.shape))) return [.. pairs.Select(pair => (pair.Key, pair.Value, pair.Source!))];
        throw new SetupException(
            given: $"`{Path}` as the moving average of `{Source}`, and {model.GetType().Name} has {(pairs.Count == 0 ? $"nothing at `{Path}`" : $"no `{Source}{pairs.First(pair => pair.Source is null || !pair.Source.shape.AsSpan().SequenceEqual(pair.Value.shape)).Key[Path.Length..]}` of the same shape")}",
            expected: "two parts with the same tensors, by the paths that named_parameters() gives",
            remedy: "correct the paths");
    }

    /// <summary>How far a tensor is from what its average is to be, relative to its size.</summary>
    public double Distance(Tensor before, Tensor now, Tensor source)
    {
        using var scope = NewDisposeScope();
        Tensor expected = (Double(before) * Decay) + (Double(source) * (1 - Decay));
        double size = Norm(expected), apart = Norm(Double(now) - expected);
        return size > 0 ? apart / size : apart;
    }

    /// <summary>What it does in place of its average.</summary>
    public Cause Cause(string name, Tensor before, Tensor now, Tensor sourceBefore, Tensor source)
    {
        using var scope = NewDisposeScope();
        string wanted = $"t ← {Text(Decay)}·t + {Text(1 - Decay)}·s";
        if (TensorBits.Same(before, now)) return new($"`{name}` does not follow `{Source}` at all: {wanted} is not made in a step", "make the average in Step, after optimizer.step()");
        if (Fitted(before, now, source) is { } decay)
        {
            return Math.Abs(decay - (1 - Decay)) < 1e-3
                ? new($"`{name}` follows `{Source}` with a decay of {Text(decay)} where {Text(Decay)} is declared: the two weights have changed places", $"write {wanted}")
                : new($"`{name}` follows `{Source}` with a decay of {Text(decay)} where {Text(Decay)} is declared", $"write {wanted}");
        }
        return Fitted(before, now, sourceBefore) is { } early
            ? new($"`{name}` follows `{Source}` as it was before the update (decay {Text(early)})", "make the average after optimizer.step()")
            : new($"`{name}` is no average of itself and `{Source}`", $"write {wanted}, without gradients, for every parameter and buffer");
    }

    // t′ − s = d·(t − s) for one d and every number.
    private static double? Fitted(Tensor before, Tensor now, Tensor source)
    {
        Tensor from = Double(before) - Double(source), to = Double(now) - Double(source);
        double squares = (from * from).sum().ToDouble();
        if (squares == 0) return null;
        double decay = (from * to).sum().ToDouble() / squares;
        return Norm(to - (from * decay)) <= Explained * Norm(Double(now)) ? decay : null;
    }

    private static string Text(double value) => Numbers.Text(value);

    private static Tensor Double(Tensor tensor) => tensor.detach().to(ScalarType.Float64);

    private static double Norm(Tensor values) => values.square().sum().sqrt().ToDouble();
}

using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>How the gradient of a step relates to those of its batches.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Ratio">⟨g, G⟩/⟨G, G⟩, where G is the gradient of the mean over all examples.</param>
/// <param name="Cosine">The cosine between g and G.</param>
/// <param name="Only">The batch that it is made of where that is one alone, counted from 0.</param>
/// <param name="Counts">How many examples each batch has.</param>
/// <param name="Normalized">Whether a batch normalisation makes each batch its own.</param>
internal sealed record Accumulation(AccumulationKind Kind, double Ratio, double Cosine, int Only, IReadOnlyList<long> Counts, bool Normalized)
{
    /// <summary>What is judged: the ratio, or where the direction is wrong the part of it that is.</summary>
    public double Value => Kind is AccumulationKind.MeanOfMeans or AccumulationKind.OneAlone ? Math.Sqrt(Math.Max(0, 1 - (Cosine * Cosine))) : Ratio;

    /// <summary>What the value was read on.</summary>
    public string Culprit => Kind is AccumulationKind.MeanOfMeans or AccumulationKind.OneAlone ? "(the part in another direction)" : "";

    /// <summary>Facts worth reading.</summary>
    public IReadOnlyList<string> Notes =>
    [
        .. Normalized ? ["a normalisation over the batch treats each batch by itself: compared with the mean of their gradients"] : Array.Empty<string>(),
        .. Kind == AccumulationKind.Mean && Ratio < 0.99 ? [$"the gradient is {Numbers.Text(Ratio)} of the mean's: clipped, if that is meant"] : Array.Empty<string>(),
    ];

    /// <summary>Where the value must lie.</summary>
    public Bound Expected(double tolerance) => Kind switch
    {
        AccumulationKind.MeanOfMeans or AccumulationKind.OneAlone => Bound.AtMost(tolerance),
        AccumulationKind.DividedTwice => Bound.Near(1, tolerance),
        _ => Bound.Between(0, 1 + tolerance).Meaning("less where it is clipped"),
    };

    /// <summary>The cause, where the value is wrong.</summary>
    /// <param name="batches">Their number, in words.</param>
    public Cause Cause(string batches) => Kind switch
    {
        AccumulationKind.Sum => new($"the gradients of {batches} batches are summed: {Numbers.Text(Ratio)} times the mean", $"divide each loss by {batches} before backward()", "TG1009"),
        AccumulationKind.DividedTwice => new($"the gradient is {Numbers.Text(Ratio)} of the mean's, which is 1/{batches}: the loss of {batches} batches is divided by their number twice", $"divide each loss by {batches} once"),
        AccumulationKind.MeanOfMeans => new(
            $"each batch weighs the same, though they count different numbers of targets ({Words.List([.. Counts.Select(count => Numbers.Text(count))])} examples): a mean of means",
            "sum the losses (reduction: Sum) and divide by the number of targets of all batches"),
        AccumulationKind.OneAlone => new($"the update uses the gradient of batch {Numbers.Text(Only + 1)} of {batches} alone: zero_grad() is called between them", "call zero_grad() once a step, before the first batch", "TG1002"),
        _ => new($"the gradient is {Numbers.Text(Ratio)} times the mean's", "divide the losses so that their sum is the mean over all examples", "TG1009"),
    };
}

using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which examples of one set are in another.</summary>
/// <param name="Name">The set: <c>validation</c>.</param>
/// <param name="Count">How many examples it has.</param>
/// <param name="Share">The share of them that are in the training data.</param>
/// <param name="Groups">How many of its groups are in the training data.</param>
/// <param name="FirstGroup">The first of them.</param>
/// <param name="Pairs">Positions in an epoch of the set and of the training data, of up to three examples.</param>
/// <param name="Run">The length of the run in the training data's order that the shared examples lie in, over their number.</param>
internal sealed record SharedExamples(string Name, long Count, double Share, long Groups, long FirstGroup, IReadOnlyList<(long Own, long Training)> Pairs, double Run)
{
    /// <summary>The pairs in words.</summary>
    public string Named => $"in both: {Words.List([.. Pairs.Select(pair => $"{Name} example {Numbers.Text(pair.Own)} = training example {Numbers.Text(pair.Training)}")])} (positions in an epoch)";

    public static SharedExamples Of(string name, ExampleHashes own, ExampleHashes training)
    {
        using var scope = NewDisposeScope();
        Tensor whole = own.Whole.to(training.Whole.device), both = whole.isin(training.Whole);
        long count = both.sum().ToInt64();
        var pairs = new List<(long, long)>();
        double run = 0;
        if (count > 0)
        {
            Tensor positions = both.nonzero().flatten();
            for (int i = 0; i < Math.Min(3, count); i++)
                pairs.Add((positions[i].ToInt64(), training.Whole.eq(whole[positions[i]]).to(ScalarType.Int32).argmax().ToInt64()));
            Tensor there = training.Whole.isin(whole).nonzero().flatten();
            run = (there.max().ToInt64() - there.min().ToInt64() + 1) / (double)there.numel();
        }
        if (own.Groups is null || training.Groups is null) return new(name, own.Count, count / (double)own.Count, 0, 0, pairs, run);
        Tensor groups = own.Groups.to(training.Groups.device).unique().output;
        Tensor known = groups.masked_select(groups.isin(training.Groups));
        return new(name, own.Count, count / (double)own.Count, known.numel(), known.numel() == 0 ? 0 : known[0].ToInt64(), pairs, run);
    }

    /// <summary>What the numbers point to where too many are shared.</summary>
    /// <param name="allowed">The share that may be.</param>
    /// <param name="training">The number of training examples.</param>
    public IEnumerable<Cause> Causes(Bound allowed, long training)
    {
        if (!allowed.Contains(Share))
        {
            string both = $"{Numbers.Text(Math.Round(Share * Count))} of {Numbers.Text(Count)} {Name} examples";
            yield return Share == 1 && Count == training ? new($"the {Name} set is the training data", $"give the {Name} set its own examples", "TG5004")
                : Share == 1 ? new($"all {Name} examples are in the training data: the set was cut from it and not taken out", "split first, and train on the rest")
                : Run <= 1.5 ? new($"{both} lie one behind the other in the training data: the two ranges overlap", "let the one range begin where the other ends")
                : new($"{both} are spread over the training data: copies were split apart, or the sets were drawn each by itself", "keep one of each copy before the split, and draw one permutation for all sets");
        }
        if (Groups > 0)
            yield return new($"{Numbers.Text(Groups)} groups of the {Name} set are in the training data, group {Numbers.Text(FirstGroup)} the first", "split the groups, and let each example go with its group");
    }
}

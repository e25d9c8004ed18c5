using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which examples of a set are copies of each other, and how likely that is by chance; counted where the data is.</summary>
/// <param name="Share">The share of examples that are copies of an earlier one.</param>
/// <param name="Distinct">How many different inputs there are.</param>
/// <param name="Chance">
/// How common plain agreement is: the share of different examples that agree with another in a half of their numbers, the lesser of both halves; 1 where there are no
/// more combinations of values than examples. Examples that agree in all agree in a half: where different ones do not, chance did not make whole ones agree.
/// </param>
/// <param name="Contradicted">The share of examples that have another target than most of their copies: the error that no training can go below.</param>
/// <param name="Several">The share of examples that are there more than once.</param>
/// <param name="Blank">The share of copies whose numbers are all one number.</param>
internal sealed record ExampleCopies(double Share, long Distinct, double Chance, double Contradicted, double Several, double Blank)
{
    public static ExampleCopies Of(ExampleHashes hashes)
    {
        using var scope = NewDisposeScope();
        long count = hashes.Count;
        (Tensor different, Tensor? of, Tensor? times) = hashes.Whole.unique(return_inverse: true, return_counts: true);
        long distinct = different.numel();
        Tensor copied = times!.index_select(0, of!).gt(1);
        long several = copied.sum().ToInt64();
        return new(
            1 - (distinct / (double)count), distinct,
            ChanceOf(hashes, different, of!),
            Minority(of!, hashes.Targets) / (double)count,
            several / (double)count,
            several == 0 ? 0 : hashes.Blank.masked_select(copied).sum().ToDouble() / several);
    }

    /// <summary>How common plain agreement is in a set, and nothing else of it.</summary>
    public static double ChanceOf(ExampleHashes hashes)
    {
        using var scope = NewDisposeScope();
        (Tensor different, Tensor? of, _) = hashes.Whole.unique(return_inverse: true);
        return ChanceOf(hashes, different, of!);
    }

    private static double ChanceOf(ExampleHashes hashes, Tensor different, Tensor of)
    {
        return hashes.Combinations <= hashes.Count ? 1 : Math.Min(InHalf(hashes.Even), InHalf(hashes.Odd));

        double InHalf(Tensor half)
        {
            Tensor one = zeros_like(different);
            one.scatter_(0, of, half);
            (_, _, Tensor? shared) = one.unique(return_counts: true);
            return shared!.masked_select(shared.gt(1)).sum().ToDouble() / different.numel();
        }
    }

    /// <summary>The positions of the first examples of up to three groups of copies.</summary>
    public static IReadOnlyList<(long First, long Second, bool SameTarget)> Named(ExampleHashes hashes)
    {
        using var scope = NewDisposeScope();
        (_, Tensor? of, Tensor? times) = hashes.Whole.unique(return_inverse: true, return_counts: true);
        Tensor left = times!.index_select(0, of!).gt(1);
        var named = new List<(long, long, bool)>();
        while (named.Count < 3 && left.any().ToBoolean())
        {
            long first = left.to(ScalarType.Int32).argmax().ToInt64();
            Tensor others = of!.eq(of![first]);
            Tensor mask = others.to(ScalarType.Int32);
            mask[first] = tensor(0, device: mask.device);
            long second = mask.argmax().ToInt64();
            named.Add((first, second, hashes.Targets[first].eq(hashes.Targets[second]).ToBoolean()));
            left = left.logical_and(others.logical_not());
        }
        return named;
    }

    // Of each group of equal inputs all but those with its commonest target.
    private static long Minority(Tensor of, Tensor targets)
    {
        (_, Tensor? target, _) = targets.unique(return_inverse: true);
        long count = of.numel();
        (Tensor pairs, _, Tensor? times) = ((of * count) + target!).unique(return_counts: true);
        Tensor group = pairs.div(count, RoundingMode.floor);
        (Tensor ranked, _) = ((group * (count + 1)) + times!).sort();
        Tensor groups = ranked.div(count + 1, RoundingMode.floor), most = ranked.remainder(count + 1);
        Tensor last = groups.numel() == 1
            ? ones_like(groups).to(ScalarType.Bool)
            : cat([groups.slice(0, 1, groups.numel(), 1).ne(groups.slice(0, 0, groups.numel() - 1, 1)), ones(1, dtype: ScalarType.Bool, device: groups.device)]);
        return count - most.masked_select(last).sum().ToInt64();
    }
}

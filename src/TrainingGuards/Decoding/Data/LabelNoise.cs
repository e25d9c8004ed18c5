using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>How much rarer training examples have the label that their neighbours say than validation examples have.</summary>
/// <remarks>
/// Compared where neighbours are equally clear, by the lead of what they say, and with validation examples weighted so that each label is as common as in training: neither inputs that are harder to tell nor other shares of classes come into it.
/// </remarks>
/// <param name="Training">The share of training examples that agree with their neighbours.</param>
/// <param name="Validation">That of validation examples, as many of each lead and label as training has.</param>
/// <param name="Error">The standard error of the difference.</param>
/// <param name="Chance">The share that would agree if labels had nothing to do with inputs.</param>
/// <param name="Suspects">Training examples whose label their neighbours contradict, the clearest first.</param>
internal sealed record LabelNoise(double Training, double Validation, double Error, double Chance, IReadOnlyList<NeighbourVote> Suspects)
{
    private const int Levels = 8;
    private const double Fewest = 8;

    /// <summary>How much rarer they agree.</summary>
    public double Difference => Validation - Training;

    /// <summary>Compares two sets; null where their neighbours are not equally clear, or examples too few.</summary>
    public static LabelNoise? Of((IReadOnlyList<NeighbourVote> Training, IReadOnlyList<NeighbourVote> Validation) votes)
    {
        (IReadOnlyList<NeighbourVote> training, IReadOnlyList<NeighbourVote> validation) = votes;
        Dictionary<double, double> shares = Shares(training), validationShares = Shares(validation);
        double Weight(NeighbourVote vote) => shares.GetValueOrDefault(vote.Label) / validationShares[vote.Label];
        double[] leads = [.. training.Concat(validation).Select(vote => vote.Lead).Order()];
        ILookup<int, NeighbourVote> own = training.ToLookup(Level), other = validation.ToLookup(Level);
        double compared = 0, agree = 0, wouldAgree = 0, variance = 0;
        for (int level = 0; level < Levels; level++)
        {
            double n = own[level].Count(), weights = other[level].Sum(Weight), squares = other[level].Sum(vote => Weight(vote) * Weight(vote)), m = squares > 0 ? weights * weights / squares : 0;
            if (Math.Min(n, m) < Fewest) continue;
            double p = own[level].Count(vote => vote.Agrees) / n, q = other[level].Where(vote => vote.Agrees).Sum(Weight) / weights;
            compared += n;
            agree += n * p;
            wouldAgree += n * q;
            variance += n * n * (Variance(p, n) + Variance(q, m));
        }
        return compared == 0 || compared < training.Count / 2.0 ? null : new(
            agree / compared, wouldAgree / compared, Math.Sqrt(variance) / compared,
            training.Sum(vote => shares.GetValueOrDefault(vote.Vote)) / training.Count,
            [.. training.Where(vote => !vote.Agrees).OrderByDescending(vote => vote.Lead)]);

        int Level(NeighbourVote vote) => Math.Max(0, Array.BinarySearch(leads, vote.Lead)) * Levels / leads.Length;
    }

    /// <summary>What is wrong, in words.</summary>
    /// <param name="column">Whose labels.</param>
    public Cause Explain(string column)
    {
        string evidence = $"{Numbers.Text(100 * Training)} % of training examples have the {column} that training examples like them have, and {Numbers.Text(100 * Validation)} % of validation examples where these are as clear: some {Numbers.Text(100 * Difference / Validation)} % of the training labels are wrong, or belong to other inputs";
        (double label, double vote, int count) = Suspects.GroupBy(suspect => (suspect.Label, suspect.Vote)).Select(group => (group.Key.Label, group.Key.Vote, group.Count())).MaxBy(pair => pair.Item3);
        return count > Suspects.Count / 2.0
            ? new($"{evidence}; {Numbers.Text(100.0 * count / Suspects.Count)} % of those that disagree are labelled {Numbers.Text(label)} among examples of {Numbers.Text(vote)}", $"look at examples labelled {Numbers.Text(label)}: where these labels come from, and whether {Numbers.Text(vote)} is meant")
            : new(evidence, "look at the examples that are named, and at where training labels come from: a join on the wrong key, a part of a file that is moved against its labels, an annotator; where such noise is known, allow it by `noise`");
    }

    // With one success and one failure more: that all agree is no certainty (Agresti and Caffo, 2000).
    private static double Variance(double share, double count)
    {
        double smooth = ((share * count) + 1) / (count + 2);
        return smooth * (1 - smooth) / (count + 2);
    }

    private static Dictionary<double, double> Shares(IReadOnlyList<NeighbourVote> votes) => votes.GroupBy(vote => vote.Label).ToDictionary(group => group.Key, group => group.Count() / (double)votes.Count);
}

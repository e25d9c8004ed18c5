using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What labelled examples, the nearer the louder, say of the label of another one.</summary>
/// <param name="Example">The position of that example.</param>
/// <param name="Label">Its own label.</param>
/// <param name="Vote">The label that they say.</param>
/// <param name="Lead">By how much that one leads the next, as a share of all votes.</param>
internal sealed record NeighbourVote(int Example, double Label, double Vote, double Lead)
{
    private const double Ridge = 0.3, Width = 0.25, Copy = 1e-9;

    /// <summary>Whether they say its own label.</summary>
    public bool Agrees => Label.Equals(Vote);

    /// <summary>
    /// The votes of some examples on each other, each without its own, and on others, by ridge regression with a Gaussian kernel, of which leaving one out is known in closed form (Rifkin and Lippert, 2007). What is a copy of a
    /// voter is left out: a copy says nothing of others.
    /// </summary>
    /// <param name="features">A row for each of all examples.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="voters">How many of them vote, the first ones, of at least two labels.</param>
    public static (IReadOnlyList<NeighbourVote> Voters, IReadOnlyList<NeighbourVote> Others) Of(Tensor features, IReadOnlyList<double> labels, int voters)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor all = features.to(ScalarType.Float64), known = all.narrow(0, 0, voters), others = all.narrow(0, voters, all.shape[0] - voters), one = eye(voters, dtype: ScalarType.Float64, device: all.device);
        Tensor near = SquaredDistances(known, known), far = SquaredDistances(others, known);
        double width = Math.Max(Copy, Width * near.mean().ToDouble());
        double[] classes = [.. labels.Take(voters).Distinct().Order()];
        Tensor hot = nn.functional.one_hot(tensor([.. labels.Take(voters).Select(label => (long)Array.IndexOf(classes, label))], device: all.device), classes.Length).to(ScalarType.Float64);
        Tensor share = hot.mean([0L], keepdim: true), centred = hot - share;
        Tensor inverse = linalg.inv((near / -width).exp() + (Ridge * one)), weights = inverse.matmul(centred);
        Tensor leftOut = centred - (weights / inverse.diagonal().unsqueeze(1)), told = (far / -width).exp().matmul(weights);
        return (Votes(leftOut + share, near + (one * (1 + near.max())), first: 0), Votes(told + share, far, first: voters));

        IReadOnlyList<NeighbourVote> Votes(Tensor scores, Tensor distances, int first)
        {
            (Tensor best, Tensor which) = scores.topk(2, dim: 1);
            double[] leads = [.. (best.select(1, 0) - best.select(1, 1)).cpu().data<double>()], nearest = [.. distances.amin([1L]).cpu().data<double>()];
            long[] votes = [.. which.select(1, 0).contiguous().cpu().data<long>()];
            return [.. Enumerable.Range(0, votes.Length).Where(i => nearest[i] > Copy).Select(i => new NeighbourVote(first + i, labels[first + i], classes[votes[i]], leads[i]))];
        }
    }

    private static Tensor SquaredDistances(Tensor a, Tensor b) => a.square().sum([1L]).unsqueeze(1) + b.square().sum([1L]).unsqueeze(0) - (2 * a.matmul(b.t()));
}

using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Examples that vote on each other's labels and on those of others, whatever the labels are: ridge regression with a Gaussian kernel, of which leaving one out is known in closed form (Rifkin and Lippert, 2007).</summary>
/// <remarks>What is a copy of a voter is left out: a copy says nothing of others. Its tensors belong to the dispose scope that is open.</remarks>
internal sealed class Neighbourhood
{
    private const double Ridge = 0.3, Width = 0.25, Copy = 1e-9;
    private readonly int _voters;
    private readonly Tensor _inverse, _far;
    private readonly double[] _nearest, _nearestToOthers;

    /// <summary>Measures how near all examples lie to those that vote.</summary>
    /// <param name="features">A row for each example.</param>
    /// <param name="voters">How many of them vote, the first ones.</param>
    public Neighbourhood(Tensor features, int voters)
    {
        using var grad = no_grad();
        Tensor all = features.to(ScalarType.Float64), known = all.narrow(0, 0, voters), others = all.narrow(0, voters, all.shape[0] - voters), one = eye(voters, dtype: ScalarType.Float64, device: all.device);
        Tensor near = SquaredDistances(known, known), far = SquaredDistances(others, known);
        double width = Math.Max(Copy, Width * near.mean().ToDouble());
        _voters = voters;
        _inverse = linalg.inv((near / -width).exp() + (Ridge * one));
        _far = (far / -width).exp();
        (_nearest, _nearestToOthers) = (Nearest(near + (one * (1 + near.max()))), Nearest(far));

        static double[] Nearest(Tensor distances) => [.. distances.amin([1L]).cpu().data<double>()];
    }

    /// <summary>The votes of the voters on each other, each without its own, and on all others.</summary>
    /// <param name="labels">The label of each example, at least two of them among the voters.</param>
    public (IReadOnlyList<NeighbourVote> Voters, IReadOnlyList<NeighbourVote> Others) Votes(IReadOnlyList<double> labels)
    {
        using var grad = no_grad();
        double[] classes = [.. labels.Take(_voters).Distinct().Order()];
        Tensor hot = nn.functional.one_hot(tensor([.. labels.Take(_voters).Select(label => (long)Array.IndexOf(classes, label))], device: _inverse.device), classes.Length).to(ScalarType.Float64);
        Tensor share = hot.mean([0L], keepdim: true), centred = hot - share, weights = _inverse.matmul(centred);
        Tensor leftOut = centred - (weights / _inverse.diagonal().unsqueeze(1)), told = _far.matmul(weights);
        return (Of(leftOut + share, _nearest, first: 0), Of(told + share, _nearestToOthers, first: _voters));

        IReadOnlyList<NeighbourVote> Of(Tensor scores, double[] nearest, int first)
        {
            (Tensor best, Tensor which) = scores.topk(2, dim: 1);
            double[] leads = [.. (best.select(1, 0) - best.select(1, 1)).cpu().data<double>()];
            long[] votes = [.. which.select(1, 0).contiguous().cpu().data<long>()];
            return [.. Enumerable.Range(0, votes.Length).Where(i => nearest[i] > Copy).Select(i => new NeighbourVote(first + i, labels[first + i], classes[votes[i]], leads[i]))];
        }
    }

    private static Tensor SquaredDistances(Tensor a, Tensor b) => a.square().sum([1L]).unsqueeze(1) + b.square().sum([1L]).unsqueeze(0) - (2 * a.matmul(b.t()));
}

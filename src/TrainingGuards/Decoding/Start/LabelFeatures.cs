using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Features of the inputs that are the label under another name: one number within each class, another one in each.</summary>
internal static class LabelFeatures
{
    // With fewer examples a class a feature of few values is constant by chance.
    private const int PerClass = 4;
    private const double Equal = 1e-6;

    /// <summary>Such features in words, <c>feature 7 of input</c>; none where the targets are not one class an example.</summary>
    /// <param name="batch">The first batch.</param>
    /// <param name="predictions">What is predicted for it, and for batches after it.</param>
    public static IReadOnlyList<string> In(Batch batch, FirstPredictions predictions)
    {
        using var scope = NewDisposeScope();
        long n = batch.Size;
        if (predictions.Targets.shape[0] != predictions.Examples || (!predictions.AreClasses && predictions.Columns != 1)) return [];
        Tensor labels = predictions.Targets.narrow(0, 0, n), hot = predictions.AreClasses ? labels : cat([1 - labels, labels], 1);
        Tensor counts = hot.sum(dim: 0), present = counts.gt(0).nonzero().flatten();
        if (present.shape[0] < 2 || n < PerClass * present.shape[0]) return [];
        Tensor of = hot.index_select(1, present), count = counts.index_select(0, present).unsqueeze(1);
        var found = new List<string>();
        for (int k = 0; k < batch.Inputs.Count; k++)
        {
            Tensor input = batch.Inputs[k];
            if (input.dim() == 0 || input.shape[0] != n) continue;
            Tensor flat = input.detach().to(ScalarType.Float64).reshape(n, -1), means = of.t().matmul(flat) / count;
            Tensor within = (flat - of.matmul(means)).abs().amax([0L]), range = flat.amax([0L]) - flat.amin([0L]);
            (Tensor sorted, _) = means.sort(0);
            Tensor gaps = (sorted.narrow(0, 1, present.shape[0] - 1) - sorted.narrow(0, 0, present.shape[0] - 1)).amin([0L]);
            Tensor isLabel = range.gt(0).logical_and(within.le(Equal * range)).logical_and(gaps.gt(Equal * range));
            string name = batch.Inputs.NameOf(k, "input");
            found.AddRange(Trials.HostNumbers.Integers(isLabel.nonzero().flatten()).Select(at => flat.shape[1] == 1 ? name : $"feature {Numbers.Text(at)} of {name}"));
        }
        return found;
    }
}

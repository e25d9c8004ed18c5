using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which output the user's loss compares with which target: the one whose gradient changes when the target does.</summary>
/// <param name="Ahead">How many positions the target is ahead of the output that it is compared with: 0 where the loss takes them as they come, 1 where it shifts.</param>
/// <param name="Shares">The part of the change, by its square, that this output has, for each target that was changed.</param>
/// <param name="Change">The change of the gradient: 0 where the loss does not look at the target.</param>
internal sealed record LossPairing(int Ahead, IReadOnlyList<Reading> Shares, double Change)
{
    private const int Farthest = 4;

    /// <summary>Changes one target of the first example and one of the last, at different positions; null where the outputs have no time, or targets do not differ.</summary>
    public static LossPairing? Of(Trial trial, Batch batch, TargetShift shift)
    {
        Tensors outputs;
        TimeAxis? axis;
        using (no_grad())
        {
            outputs = trial.Forward(batch.Inputs);
            int input = Enumerable.Range(0, batch.Inputs.Count).First(i => ReferenceEquals(batch.Inputs[i], shift.Input));
            axis = TimeAxis.In(trial.Setup, batch, dimension: 1, input, outputs);
        }
        if (axis is null) return null;
        outputs = outputs.Select(output => output.is_floating_point() ? output.detach().clone().requires_grad_() : output.detach());
        Tensor[] leaves = [.. outputs.Where(output => output.requires_grad && axis.ByTime(output) is not null)];
        Tensor target = shift.Target;
        (int Example, int Position)[] probes = [.. new[] { (Example: 0, At: 0.5), (Example: (int)target.shape[0] - 1, At: 0.25) }
            .Select(one => (one.Example, Nearest(shift.Counted[one.Example], one.At))).Where(probe => probe.Item2 >= 0)];
        if (leaves.Length == 0 || probes.Length == 0) return null;

        Tensor before = Gradient(target);
        var changes = new List<(int Example, int Position, double[] Squares, double Total)>();
        foreach ((int example, int position) in probes)
        {
            Tensor old = target[example, position], others = target.masked_select(shift.Counted.logical_and(target.ne(old)));
            if (others.numel() == 0) return null;
            Tensor changed = target.clone();
            changed[example, position] = others[0];
            Tensor apart = (Gradient(changed) - before).square();
            changes.Add((example, position, HostNumbers.Of(apart[example].sum(1)), apart.sum().ToDouble()));
        }
        double change = changes.Min(one => one.Total);
        double Share((int Example, int Position, double[] Squares, double Total) at, int ahead) =>
            at.Position - ahead is >= 0 and var p && p < at.Squares.Length && at.Total > 0 ? at.Squares[p] / at.Total : 0;
        int best = Enumerable.Range(-Farthest, (2 * Farthest) + 1).OrderBy(Math.Abs).MaxBy(ahead => changes.Min(one => Share(one, ahead)));
        return new(best, [.. changes.Select(one => new Reading(Share(one, best), $"for target {Numbers.Text(one.Position)} of example {Numbers.Text(one.Example)}"))], Math.Sqrt(change));

        // [example, time, …] of all outputs that have time.
        Tensor Gradient(Tensor of)
        {
            Tensor loss = trial.Loss(outputs, of);
            IEnumerable<Tensor> gradients = trial.Gradients(loss, leaves, ones_like(loss)).Select((gradient, i) => axis.ByTime(gradient ?? zeros_like(leaves[i]))!.to(ScalarType.Float64));
            return cat([.. gradients], 2);
        }
    }

    // The counted target that is nearest to a part of the length; −1 where none is counted.
    private static int Nearest(Tensor counted, double at)
    {
        using var scope = NewDisposeScope();
        long length = counted.shape[0];
        Tensor weight = (length - (arange(length, device: counted.device) - (long)(length * at)).abs()) * counted.to(ScalarType.Int64);
        return weight.max().ToInt64() == 0 ? -1 : (int)weight.argmax().ToInt64();
    }
}

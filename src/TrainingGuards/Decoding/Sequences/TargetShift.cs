using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How the tokens of a batch's targets lie to those of its inputs: the share of targets y_t that are x_{t+k}, for each shift k.</summary>
/// <remarks>Counted are targets that are neither ignored nor padding, where the input has a token k further on.</remarks>
internal sealed class TargetShift
{
    private readonly Dictionary<int, (double Share, long Count)> _shares = [];

    private TargetShift(Tensor input, Tensor target, Tensor counted) => (Input, Target, Counted) = (input, target, counted);

    /// <summary>The tokens [example, time] that the targets are best found in.</summary>
    public Tensor Input { get; }

    /// <summary>The targets [example, time].</summary>
    public Tensor Target { get; }

    /// <summary>Which targets are counted.</summary>
    public Tensor Counted { get; }

    /// <summary>The shifts that were tried.</summary>
    public IEnumerable<int> Shifts => _shares.Keys;

    /// <summary>The shift at which the most targets are found, and the nearest to 1 of these.</summary>
    public int Best => _shares.OrderByDescending(pair => pair.Value.Share).ThenBy(pair => Math.Abs(pair.Key - 1)).First().Key;

    /// <summary>The share of targets that are the token a shift further on; 0 for a shift that was not tried.</summary>
    public double Share(int shift) => _shares.TryGetValue(shift, out (double Share, long Count) found) ? found.Share : 0;

    /// <summary>How many targets could be compared at a shift.</summary>
    public long Count(int shift) => _shares.TryGetValue(shift, out (double Share, long Count) found) ? found.Count : 0;

    /// <summary>The shifts from −largest to largest, for the input in which the targets are best found; null where there are no tokens in inputs and targets.</summary>
    public static TargetShift? Of(Setup setup, Batch batch, int largest)
    {
        if (batch.Targets.Count != 1 || batch.Targets[0] is not { } target || target.dim() != 2 || !IsInteger(target) || target.shape[1] < 2) return null;
        Tensor counted = target.ne(setup.IgnoreIndex);
        if (setup.PaddingIndex is { } padding) counted = counted.logical_and(target.ne(padding));
        TargetShift? best = null;
        foreach (Tensor input in batch.Inputs)
        {
            if (input.dim() != 2 || !IsInteger(input) || input.shape[0] != target.shape[0] || input.shape[1] < 2 || !TimeAxis.HasContent(input)) continue;
            var shift = new TargetShift(input, target, counted);
            for (int k = -largest; k <= largest; k++) shift.Compare(setup, k);
            if (shift._shares.Count > 0 && (best is null || shift.Share(shift.Best) > best.Share(best.Best))) best = shift;
        }
        return best;
    }

    /// <summary>The share of examples whose targets are found a shift further on in the inputs of another example, and in no less than all but 1 % of places.</summary>
    public double ShareInOthers(Setup setup, int shift)
    {
        using var scope = NewDisposeScope();
        if (Overlap(shift) is not { } at) return 0;
        const long most = 64;
        long examples = Math.Min(most, Input.shape[0]), length = Math.Min(most, at.Length);
        Tensor x = Input.narrow(1, at.From + shift, length).narrow(0, 0, examples), y = Target.narrow(1, at.From, length).narrow(0, 0, examples);
        Tensor counted = Counted.narrow(1, at.From, length).narrow(0, 0, examples).unsqueeze(1).logical_and(Real(setup, x).unsqueeze(0)).to(ScalarType.Float64);
        Tensor found = y.unsqueeze(1).eq(x.unsqueeze(0)).to(ScalarType.Float64) * counted, many = counted.sum(2);
        Tensor whole = (found.sum(2) / many.clamp(min: 1)).ge(0.99).logical_and(many.ge(3));
        return whole.any(1).to(ScalarType.Float64).mean().ToDouble();
    }

    private static bool IsInteger(Tensor tensor) => tensor.dtype is ScalarType.Int64 or ScalarType.Int32;

    private static Tensor Real(Setup setup, Tensor input) => setup.PaddingIndex is { } padding ? input.ne(padding) : ones_like(input, dtype: ScalarType.Bool);

    private void Compare(Setup setup, int shift)
    {
        using var scope = NewDisposeScope();
        if (Overlap(shift) is not { } at) return;
        Tensor x = Input.narrow(1, at.From + shift, at.Length), y = Target.narrow(1, at.From, at.Length);
        Tensor counted = Counted.narrow(1, at.From, at.Length).logical_and(Real(setup, x));
        long count = counted.sum().ToInt64();
        if (count > 0) _shares[shift] = (y.eq(x).logical_and(counted).sum().ToDouble() / count, count);
    }

    // The targets from a position on for which the input has a token that much further on.
    private (long From, long Length)? Overlap(int shift)
    {
        long from = Math.Max(0, -shift), to = Math.Min(Target.shape[1], Input.shape[1] - shift);
        return to > from ? (from, to - from) : null;
    }
}

using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The beginnings of a batch's sequences, as they are and filled up with padding: what a model says of the tokens must be the same in both.</summary>
/// <remarks>The filled one is as long as the batch was, so that no table of positions is too short for it.</remarks>
internal sealed class PaddedBatch
{
    private readonly long _padding;
    private readonly int _tokens;

    private PaddedBatch(Batch bare, Batch padded, Tensor real, long padding, int tokens, int added)
    {
        (Bare, Padded, Real, Added) = (bare, padded, real, added);
        (_padding, _tokens) = (padding, tokens);
    }

    /// <summary>Without added padding; sequences that are shorter than others still have theirs.</summary>
    public Batch Bare { get; }

    /// <summary>With it.</summary>
    public Batch Padded { get; }

    /// <summary>Where there are tokens, [sequence, time] of the bare one.</summary>
    public Tensor Real { get; }

    /// <summary>How many positions were added.</summary>
    public int Added { get; }

    /// <summary>Whether padding stands before the tokens.</summary>
    public bool OnTheLeft { get; private init; }

    /// <summary>What the targets hold at padding, so that the loss can be compared; null where that cannot be told and they have time.</summary>
    public bool HasTargets { get; private init; }

    /// <summary>Whether another input says where the padding is.</summary>
    public bool HasMask { get; private init; }

    private long Length => Real.shape[1];

    private long Sequences => Real.shape[0];

    /// <summary>Null where no input has tokens [batch, time] of at least 4 positions.</summary>
    public static PaddedBatch? Of(Setup setup, Batch batch, int most)
    {
        long padding = setup.PaddingIndex!.Value;
        int tokens = Enumerable.Range(0, batch.Inputs.Count).FirstOrDefault(i => batch.Inputs[i] is { } one && one.dim() == 2 && one.shape[1] >= 4 && !one.is_floating_point() && TimeAxis.HasContent(one), -1);
        if (tokens < 0) return null;
        Tensor all = batch.Inputs[tokens];
        long length = all.shape[1], added = Math.Min(most, length / 2), kept = length - added;
        Tensor isPadding = all.eq(padding);
        bool some = isPadding.any().ToBoolean(), left = some && isPadding.select(1, 0).sum().ToInt64() > isPadding.select(1, length - 1).sum().ToInt64();
        bool HasTime(Tensor one) => one.dim() >= 2 && one.shape[0] == all.shape[0] && one.shape[1] == length;
        Tensor Short(Tensor one) => HasTime(one) ? one.narrow(1, left ? added : 0, kept) : one;
        // Where all that stands at padding is one number, that is what it is filled with.
        Tensor? AtPadding(Tensor one)
        {
            if (!some || one.dim() != 2) return null;
            Tensor there = one.masked_select(isPadding);
            return there.eq(there[0]).all().ToBoolean() ? there[0] : null;
        }
        Tensor Fill(Tensor one, Tensor? with)
        {
            if (!HasTime(one)) return one;
            long[] shape = [.. one.shape];
            shape[1] = added;
            Tensor filling = with is null ? zeros(shape, dtype: one.dtype, device: one.device) : with.expand(shape);
            return cat(left ? [filling, Short(one)] : [Short(one), filling], 1);
        }
        bool IsMask(Tensor one) => HasTime(one) && one.dim() == 2 && !ReferenceEquals(one, all) && (one.dtype == ScalarType.Bool || one.logical_and(one.ne(1)).any().ToBoolean() == false);
        Tensor Input(Tensor one) =>
            ReferenceEquals(one, all) ? Fill(one, full_like(one.select(0, 0).select(0, 0), padding))
            : HasTime(one) && !IsMask(one) && TimeAxis.HasContent(one) == false ? one
            : Fill(one, AtPadding(one) ?? (IsMask(one) && !one.any().ToBoolean() ? ones([], dtype: one.dtype, device: one.device) : null));
        Tensor[] timed = [.. batch.Targets.Where(HasTime)];
        bool known = timed.All(target => AtPadding(target) is not null || setup.IgnoreIndex != -100);
        Tensor Target(Tensor one) => Fill(one, AtPadding(one) ?? (one.dim() == 2 ? full_like(one.select(0, 0).select(0, 0), setup.IgnoreIndex) : null));
        var bare = new Batch(batch.Inputs.Select(Short), batch.Targets.Select(Short));
        var padded = new Batch(batch.Inputs.Select(Input), known ? batch.Targets.Select(Target) : batch.Targets.Select(Short));
        return new(bare, padded, Short(all).ne(padding), padding, tokens, (int)added) { OnTheLeft = left, HasTargets = known, HasMask = batch.Inputs.Any(IsMask) };
    }

    /// <summary>The padded one with tokens in the place of padding; what says where padding is stays.</summary>
    public Batch Disguised()
    {
        int at = 0;
        return Padded with
        {
            Inputs = Padded.Inputs.Select(input =>
            {
                if (at++ != _tokens) return input;
                Tensor known = input.masked_select(input.ne(_padding));
                Tensor drawn = known.index_select(0, randint(0, known.numel(), [input.numel()], dtype: ScalarType.Int64, device: input.device)).reshape(input.shape);
                return where(input.eq(_padding), drawn, input);
            }),
        };
    }

    /// <summary>How far what was computed of the padded batch is from that of the bare one, at tokens: in root mean square over a token, relative to that over all.</summary>
    /// <returns>The worst with its place; null where the two do not correspond.</returns>
    public Reading? Apart(Tensor bare, Tensor padded)
    {
        if (!bare.is_floating_point() || !padded.is_floating_point() || bare.dim() != padded.dim() || bare.dim() == 0) return null;
        using var scope = NewDisposeScope();
        Tensor a = bare.detach().to(ScalarType.Float64), b = padded.detach().to(ScalarType.Float64);
        if (a.shape[0] == Sequences * Length && b.shape[0] == Sequences * (Length + Added)) (a, b) = (a.reshape(Sequences, Length, -1), b.reshape(Sequences, Length + Added, -1));
        int[] longer = [.. Enumerable.Range(0, (int)a.dim()).Where(d => a.shape[d] != b.shape[d])];
        if (longer.Length > 1 || longer.Any(d => a.shape[d] != Length || b.shape[d] != Length + Added)) return null;
        if (longer.Length == 0)
        {
            if (a.shape[0] != Sequences) return null;
            (a, b) = (a.reshape(Sequences, 1, -1), b.reshape(Sequences, 1, -1));
        }
        else
        {
            int time = longer[0], batch = Enumerable.Range(0, (int)a.dim()).FirstOrDefault(d => d != time && a.shape[d] == Sequences, -1);
            if (batch < 0) return null;
            b = b.narrow(time, OnTheLeft ? Added : 0, Length).movedim([batch, time], [0L, 1L]).reshape(Sequences, Length, -1);
            a = a.movedim([batch, time], [0L, 1L]).reshape(Sequences, Length, -1);
        }
        Tensor judged = a.shape[1] == 1 ? Real.any(1, keepdim: true) : Real;
        Tensor same = a.eq(b).logical_or(a.isnan().logical_and(b.isnan()));
        double size = a.masked_fill(judged.logical_not().unsqueeze(-1), 0).square().sum().ToDouble() / Math.Max(1, judged.sum().ToDouble() * a.shape[2]);
        Tensor apart = (a - b).masked_fill(same, 0).square().mean([2L]).masked_fill(judged.logical_not(), 0).sqrt();
        long worst = apart.masked_fill(apart.isnan(), double.PositiveInfinity).argmax().ToInt64();
        double value = apart.flatten()[worst].ToDouble();
        string example = $"of example {Numbers.Text(worst / a.shape[1])}";
        return new(value == 0 ? 0 : value / Math.Sqrt(size), a.shape[1] == 1 ? example : $"at token {Numbers.Text(worst % a.shape[1])} {example}");
    }
}

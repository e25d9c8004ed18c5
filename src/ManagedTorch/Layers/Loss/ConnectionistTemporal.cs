using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>
/// Connectionist temporal classification (Graves et al., 2006): −ln of the probability that a sequence of frames, each with a class
/// or a blank, reads as the target when repeats are merged and blanks dropped. Summed over all alignments, frame by frame.
/// </summary>
internal static class ConnectionistTemporal
{
    // ln 0, near enough: infinity would make the gradient of a sum over dead ends NaN.
    private const double Dead = -1e30;

    /// <param name="logProbs">[frames, batch, classes].</param>
    /// <param name="targets">A class for each place of each target, concatenated.</param>
    public static Tensor Of(Tensor logProbs, long[] targets, long[] frames, long[] lengths, long blank, bool zeroInfinity)
    {
        long batch = lengths.Length, labels = 1 + (2 * lengths.Append(1).Max());
        Tensor path = Paths(targets, lengths, labels, blank, logProbs.device);
        // A blank between them may be left out where two neighbours differ.
        Tensor skips = full([batch, labels], false, dtype: ScalarType.Bool, device: logProbs.device);
        skips.narrow(1, 2, labels - 2).copy_(path.narrow(1, 2, labels - 2).ne(path.narrow(1, 0, labels - 2)));
        Tensor scores = logProbs.gather(2, path.unsqueeze(0).expand(logProbs.shape[0], batch, labels));
        Tensor last = Pointwise.Of<long>(frames, [batch], logProbs.device).unsqueeze(1);

        Tensor state = full([batch, labels], Dead, dtype: logProbs.dtype, device: logProbs.device);
        state.select(1, 0).zero_();
        for (int t = 0; t < logProbs.shape[0]; t++)
        {
            Tensor skipped = nn.functional.pad(state, [2, -2], PaddingModes.Constant, Dead).masked_fill(skips.logical_not(), Dead);
            Tensor next = stack([state, nn.functional.pad(state, [1, -1], PaddingModes.Constant, Dead), skipped]).logsumexp(0) + scores[t];
            state = where(last.gt(t), next, state);
        }

        Tensor end = Pointwise.Of<long>(lengths, [batch], logProbs.device).unsqueeze(1) * 2;
        Tensor beforeEnd = state.gather(1, (end - 1).clamp_min(0)).masked_fill(end.eq(0), Dead);
        Tensor losses = -state.gather(1, end).logaddexp(beforeEnd).squeeze(1);
        losses = losses + Normalisation(logProbs, last);
        return losses.masked_fill(losses.gt(-Dead / 10), zeroInfinity ? 0 : double.PositiveInfinity);
    }

    // Zero, with the gradient p: PyTorch gives that of the scores behind the log-probabilities, p − occupancy. Behind a log_softmax it makes no difference.
    static Tensor Normalisation(Tensor logProbs, Tensor last)
    {
        Tensor frame = arange(logProbs.shape[0], dtype: ScalarType.Int64, device: logProbs.device).unsqueeze(1);
        Tensor mass = (logProbs.exp().sum(2) * frame.lt(last.t()).to_type(logProbs.dtype)).sum(0L);
        return mass - mass.detach();
    }

    // Each target with blanks around all its places: blank, first, blank, second, …
    static Tensor Paths(long[] targets, long[] lengths, long labels, long blank, Device device)
    {
        var paths = new long[lengths.Length * labels];
        Array.Fill(paths, blank);
        long from = 0;
        for (int n = 0; n < lengths.Length; from += lengths[n++])
        {
            for (int i = 0; i < lengths[n]; i++) paths[(n * labels) + (2 * i) + 1] = targets[from + i];
        }
        return Pointwise.Of<long>(paths, [lengths.Length, labels], device);
    }

    /// <summary>The targets' classes, concatenated: they come so, or padded in rows.</summary>
    public static long[] Classes(Tensor targets, long[] lengths, long classes)
    {
        long[] all = Whole(targets);
        if (targets.dim() == 2)
        {
            long width = targets.shape[1];
            if (targets.shape[0] != lengths.Length || lengths.Any(length => length > width))
                throw new ExternalException($"Targets of {Losses.Text(targets)} do not hold lengths of [{string.Join(", ", lengths)}].");
            all = [.. lengths.SelectMany((length, n) => all.AsSpan((int)(n * width), (int)length).ToArray())];
        }
        else if (all.Length != lengths.Sum())
        {
            throw new ExternalException($"Targets in one row are as many as their lengths say, {lengths.Sum()}, not {all.Length}.");
        }
        foreach (long target in all)
        {
            if (target < 0 || target >= classes) throw new ExternalException($"Target {target} is out of bounds: there are {classes} classes.");
        }
        return all;
    }

    /// <summary>A length for each sequence of a batch, none above a maximum.</summary>
    public static long[] Lengths(Tensor lengths, long batch, long? atMost)
    {
        long[] all = Whole(lengths);
        if (all.Length != batch) throw new ExternalException($"There are {batch} sequences and {all.Length} lengths.");
        foreach (long length in all)
        {
            if (length < 0 || length > atMost) throw new ExternalException($"A length is between 0 and {atMost}: {length} is not.");
        }
        return all;
    }

    static long[] Whole(Tensor numbers) => is_integral(numbers.dtype)
        ? numbers.to_type(ScalarType.Int64).Packed().Flat<long>().ToArray()
        : throw new ExternalException($"Targets and lengths are integers, not {numbers.dtype}.");
}

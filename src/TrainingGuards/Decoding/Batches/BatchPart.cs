using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Some neighbouring examples of a batch, and what of the whole batch's tensors is theirs.</summary>
/// <param name="First">The position of the first.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Examples">How many examples the batch has.</param>
internal sealed record BatchPart(long First, long Count, long Examples)
{
    /// <summary>Their own batch.</summary>
    public Batch Of(Batch batch) => batch.At([.. Enumerable.Range(0, (int)Count).Select(i => First + i)]);

    /// <summary>How far what they give by themselves is from what they give in the batch, relative to all of the batch's; null where no dimension counts the examples.</summary>
    /// <param name="whole">A tensor of a pass of the batch.</param>
    /// <param name="own">The same of a pass of these examples by themselves.</param>
    public double? Distance(Tensor whole, Tensor own)
    {
        using var scope = NewDisposeScope();
        if (LosesDimension(whole, own)) own = own.reshape([.. whole.shape.Select((size, d) => d == Array.IndexOf(whole.shape, Examples) ? 1 : size)]);
        if (Dimension(whole, own) is not { } dimension) return null;
        long rows = whole.shape[dimension] / Examples;
        double together = RelativeDistance.Of(own, whole.narrow(dimension, First * rows, Count * rows), whole);
        if (rows == 1 || together == 0) return together;
        // Positions before examples: [time · batch, …].
        Tensor Up(long count) => arange(count, dtype: ScalarType.Int64, device: whole.device);
        double interleaved = RelativeDistance.Of(own, whole.index_select(dimension, ((Up(rows) * Examples).unsqueeze(1) + First + Up(Count)).flatten()), whole);
        return interleaved < together ? interleaved : together;
    }

    /// <summary>Whether what an example gives by itself lacks the dimension that counts the examples, dropped as one of size 1.</summary>
    public bool LosesDimension(Tensor whole, Tensor own)
    {
        if (Count != 1 || own.dim() >= whole.dim()) return false;
        long[] shape = whole.shape;
        int batch = Array.IndexOf(shape, Examples);
        return batch >= 0 && shape.Where((size, d) => d != batch && size != 1).SequenceEqual(own.shape.Where(size => size != 1));
    }

    private int? Dimension(Tensor whole, Tensor own)
    {
        long[] all = whole.shape, part = own.shape;
        if (all.Length != part.Length) return null;
        int[] differing = [.. Enumerable.Range(0, all.Length).Where(d => all[d] != part[d])];
        return differing is [var only] && all[only] > 0 && all[only] % Examples == 0 && all[only] / Examples * Count == part[only] ? only : null;
    }
}

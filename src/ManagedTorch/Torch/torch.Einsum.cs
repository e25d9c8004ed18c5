namespace TorchSharp;

public static partial class torch
{
    /// <summary>Sums of products by Einstein's convention: letters and one ellipsis; without "->" the letters that appear once, in order.</summary>
    public static Tensor einsum(string equation, params Tensor[] tensors) => Op.Composed(() =>
    {
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] inputs = sides[0].Split(',');
        if (inputs.Length != tensors.Length) throw TorchError.Of($"einsum: the equation has {inputs.Length} operands; {tensors.Length} are given.");
        int extra = inputs.Zip(tensors, (labels, t) => labels.Contains("...", StringComparison.Ordinal) ? t.Rank - labels.Length + 3 : 0).Max();
        // The ellipsis stands for digits, the last of them for the last dimension, so that shorter ones broadcast.
        string Ellipsis(int dims) => string.Concat(Enumerable.Range(extra - dims, dims));
        string[] labels = [.. inputs.Zip(tensors, (text, t) => text.Replace("...", Ellipsis(Math.Max(t.Rank - text.Length + 3, 0)), StringComparison.Ordinal))];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i].Length != tensors[i].Rank)
                throw TorchError.Of($"einsum: operand {i} has {tensors[i].Rank} dimensions and {labels[i].Length} subscripts.");
        }
        string output = sides.Length > 1
            ? sides[1].Replace("...", Ellipsis(extra), StringComparison.Ordinal)
            : Ellipsis(extra) + string.Concat(string.Concat(labels).Where(char.IsLetter).GroupBy(c => c).Where(g => g.Count() == 1).Select(g => g.Key).Order());
        (Tensor Value, string Labels) product = Distinct(tensors[0], labels[0]);
        for (int i = 1; i < tensors.Length; i++)
        {
            string later = output + string.Concat(labels[(i + 1)..]);
            product = Contract(product, Distinct(tensors[i], labels[i]), later);
        }
        (Tensor value, string left) = SumOut(product, output);
        return value.permute([.. output.Select(c => (long)left.IndexOf(c, StringComparison.Ordinal))]);
    });

    // A letter twice in one operand is its diagonal.
    private static (Tensor, string) Distinct(Tensor t, string labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            int again = labels.IndexOf(labels[i], i + 1);
            if (again < 0) continue;
            return Distinct(t.diagonal(0, i, again), labels.Remove(again, 1).Remove(i, 1) + labels[i]);
        }
        return (t, labels);
    }

    private static (Tensor Value, string Labels) SumOut((Tensor Value, string Labels) term, string keep)
    {
        long[] summed = [.. Enumerable.Range(0, term.Labels.Length).Where(i => !keep.Contains(term.Labels[i], StringComparison.Ordinal)).Select(i => (long)i)];
        return summed.Length == 0 ? term : (term.Value.sum(summed), string.Concat(term.Labels.Where(keep.Contains)));
    }

    // As one product of batches of matrices: [shared and kept, left only, contracted] by [shared and kept, contracted, right only].
    private static (Tensor Value, string Labels) Contract((Tensor Value, string Labels) a, (Tensor Value, string Labels) b, string keep)
    {
        a = SumOut(a, keep + b.Labels);
        b = SumOut(b, keep + a.Labels);
        string shared = string.Concat(a.Labels.Where(b.Labels.Contains));
        string batch = string.Concat(shared.Where(keep.Contains));
        string contracted = string.Concat(shared.Except(batch));
        string left = string.Concat(a.Labels.Except(shared));
        string right = string.Concat(b.Labels.Except(shared));
        var sizes = new Dictionary<char, long>();
        foreach ((Tensor value, string labels) in new[] { a, b })
        {
            for (int i = 0; i < labels.Length; i++)
            {
                long known = sizes.GetValueOrDefault(labels[i], 1);
                if (known != 1 && value.Sizes[i] != 1 && known != value.Sizes[i])
                    throw TorchError.Of($"einsum: subscript {labels[i]} is of size {known} in one operand and of {value.Sizes[i]} in another.");
                sizes[labels[i]] = known == 1 ? value.Sizes[i] : known;
            }
        }
        Tensor Arranged((Tensor Value, string Labels) term, params string[] groups)
        {
            string order = string.Concat(groups);
            Tensor permuted = term.Value.permute([.. order.Select(c => (long)term.Labels.IndexOf(c, StringComparison.Ordinal))]);
            return permuted.expand([.. order.Select(c => sizes[c])]).reshape(Array.ConvertAll(groups, g => g.Aggregate(1L, (n, c) => n * sizes[c])));
        }
        string result = batch + left + right;
        return (Arranged(a, batch, left, contracted).bmm(Arranged(b, batch, contracted, right)).reshape([.. result.Select(c => sizes[c])]), result);
    }
}

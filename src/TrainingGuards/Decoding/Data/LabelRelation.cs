using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How well labels are told from inputs, by means that need no training, in standard deviations of what labels in a random order give.</summary>
/// <param name="Z">(T − mean)/√variance, both exact over all orders of the labels (Hoeffding, 1951).</param>
/// <param name="Agreement">The share of examples whose label is that of the nearest other example.</param>
/// <param name="Chance">That share for labels in a random order.</param>
/// <param name="Probe">What told them: <c>nearest neighbours</c>, <c>a linear probe</c>.</param>
/// <param name="Column">Which labels.</param>
internal sealed record LabelRelation(double Z, double Agreement, double Chance, string Probe, string Column)
{
    private const int Smallest = 16, FewValues = 10;
    private const double Ridge = 0.1;

    /// <summary>Of the even examples to the odd ones, for each label; of targets that have the shape of their inputs, to these first.</summary>
    public static IReadOnlyList<LabelRelation> Within(LabelledInputs examples, double enough)
    {
        LabelRelation? direct = Direct(examples);
        if (direct is { } seen && seen.Z >= enough) return [seen];
        int[] even = [.. Enumerable.Range(0, examples.Count).Where(i => i % 2 == 0)], odd = [.. Enumerable.Range(0, examples.Count).Where(i => i % 2 == 1)];
        IReadOnlyList<LabelRelation> told = Between(examples, even, odd, enough, i => i);
        return direct is null || told.Count == 0 ? told : [direct, .. told];
    }

    /// <summary>How much nearer each target lies to its own input than to those of others; null where they have not one shape.</summary>
    /// <remarks>By squared distances |t_i − x_j|², of which only −2 t_i·x_j is left once rows and columns are centred.</remarks>
    private static LabelRelation? Direct(LabelledInputs examples)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        if (examples.Alike() is not { } pair || examples.Count < 2) return null;
        Tensor inputs = pair.Inputs - pair.Inputs.mean([0L], keepdim: true), targets = pair.Targets - pair.Targets.mean([0L], keepdim: true);
        Tensor near = (2 * targets.matmul(inputs.t())) - inputs.square().sum([1L]).unsqueeze(0);
        Tensor own = arange(examples.Count, dtype: ScalarType.Int64, device: near.device);
        double z = Judge(near.to(ScalarType.Float64), own).Z;
        return new(z, near.argmax(1).eq(own).to(ScalarType.Float64).mean().ToDouble(), 1.0 / examples.Count, "the inputs themselves, which have their shape,", "target");
    }

    /// <summary>From some examples to others, for each label: by nearest neighbours and, where these give less than <paramref name="enough"/>, by a linear probe too.</summary>
    /// <param name="examples">All examples.</param>
    /// <param name="from">Those whose labels are known.</param>
    /// <param name="to">Those whose labels are told.</param>
    /// <param name="enough">The z that needs no second opinion.</param>
    /// <param name="labelOf">The example whose label is taken for an example's.</param>
    public static IReadOnlyList<LabelRelation> Between(LabelledInputs examples, int[] from, int[] to, double enough, Func<int, int> labelOf)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor features = examples.Features();
        Tensor known = features.index_select(0, At(from, features)), asked = features.index_select(0, At(to, features));
        Tensor kernel = asked.matmul(known.t());
        Tensor distance = known.square().sum([1L]).unsqueeze(0) - (2 * kernel);
        Tensor nearest = distance.argmin(1);
        Tensor? inverse = null;
        var relations = new List<LabelRelation>();
        foreach (LabelColumn column in examples.Labels)
        {
            int[] classes = Classes(column);
            int count = classes.Max() + 1;
            if (count < 2) continue;
            Tensor labels = tensor(Array.ConvertAll(classes, c => (long)c), device: features.device);
            Tensor own = labels.index_select(0, At([.. from.Select(labelOf)], features)), right = labels.index_select(0, At([.. to.Select(labelOf)], features));
            Tensor hot = nn.functional.one_hot(own, count).to(ScalarType.Float64);
            (double z, double agreement, double chance) = Judge(hot.index_select(0, nearest), right);
            string probe = "nearest neighbours";
            if (!(z >= enough))
            {
                inverse ??= linalg.inv(known.matmul(known.t()).to(ScalarType.Float64) + (Ridge * eye(from.Length, dtype: ScalarType.Float64, device: features.device)));
                Tensor scores = kernel.to(ScalarType.Float64).matmul(inverse.matmul(hot - hot.mean([0L], keepdim: true)));
                double linear = Judge(scores, right).Z;
                if (linear > z) (z, probe) = (linear, "a linear probe");
            }
            relations.Add(new(z, agreement, chance, probe, column.Name));
        }
        return relations;
    }

    private static (double Z, double Mean, double Chance) Judge(Tensor scores, Tensor labels)
    {
        Tensor table = scores.index_select(1, labels);
        long n = labels.shape[0];
        Tensor centred = table - table.mean([0L], keepdim: true) - table.mean([1L], keepdim: true) + table.mean();
        double variance = centred.square().sum().ToDouble() / (n - 1);
        double seen = table.diagonal().mean().ToDouble(), chance = table.mean().ToDouble();
        return (variance > 1e-18 ? n * (seen - chance) / Math.Sqrt(variance) : 0, seen, chance);
    }

    // Rare values are joined with their neighbours: a few matches of them would weigh more than chance allows for.
    private static int[] Classes(LabelColumn column)
    {
        if (column.Distinct <= FewValues || !column.IsClass) return column.Groups(Smallest);
        double[] values = [.. column.Values.Distinct().Order()];
        return [.. column.Values.Select(value => Array.BinarySearch(values, value))];
    }

    private static Tensor At(int[] rows, Tensor like) => tensor(Array.ConvertAll(rows, row => (long)row), device: like.device);
}

namespace TrainingGuards.Decoding;

/// <summary>Some examples, each fetched four times: twice in a row, and twice in a row again after all the others.</summary>
/// <param name="Indices">Which examples.</param>
/// <param name="Changes">For each whether it did not look the same every time.</param>
/// <param name="InARow">The share of pairs fetched in a row that differ.</param>
/// <param name="Apart">The share of pairs fetched apart that differ.</param>
internal sealed record RepeatedFetches(IReadOnlyList<long> Indices, IReadOnlyList<bool> Changes, double InARow, double Apart)
{
    /// <summary>How many examples change.</summary>
    public int Changing => Changes.Count(changes => changes);

    /// <summary>Of examples spread evenly over a set that can be read by index.</summary>
    public static RepeatedFetches Of(Trial trial, Examples examples, int count)
    {
        long[] indices = Spread(examples, count);
        using var hash = new ExampleHash();
        var looks = new long[indices.Length, 4];
        for (int round = 0; round < 2; round++)
            for (int i = 0; i < indices.Length; i++)
                for (int time = 0; time < 2; time++) looks[i, (2 * round) + time] = hash.OfInputs(trial.Example(examples, indices[i]))[0];
        double Share(params (int, int)[] pairs) =>
            indices.Length == 0 ? 0 : Enumerable.Range(0, indices.Length).Sum(i => pairs.Count(pair => looks[i, pair.Item1] != looks[i, pair.Item2])) / (double)(pairs.Length * indices.Length);
        return new(
            indices,
            [.. Enumerable.Range(0, indices.Length).Select(i => Enumerable.Range(1, 3).Any(time => looks[i, time] != looks[i, 0]))],
            Share((0, 1), (2, 3)),
            Share((0, 2), (1, 3)));
    }

    /// <summary>Positions spread evenly over a set.</summary>
    public static long[] Spread(Examples examples, int count)
    {
        long all = examples.Count ?? 0, most = Math.Min(all, count);
        return [.. Enumerable.Range(0, (int)most).Select(i => i * all / most)];
    }
}

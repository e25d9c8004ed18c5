using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Shapes in which sizes have names, and the numbers that these are given: distinct primes, so that no size is another or a product of others, and each in turn 1.</summary>
internal sealed class FreeSizes
{
    private static readonly long[] Primes = [2, 3, 5, 7, 11, 13, 17, 19];

    private readonly string[][] _shapes;

    private FreeSizes(string[][] shapes, string[] names) => (_shapes, Names) = (shapes, names);

    public IReadOnlyList<string> Names { get; }

    /// <summary>Of shapes in words: <c>batch, time, 3; batch</c>.</summary>
    /// <exception cref="ArgumentException">They cannot be read.</exception>
    public static FreeSizes Parse(string shapes)
    {
        string[][] all = [.. shapes.Split(';').Select(shape => shape.Trim().Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        string? wrong = all.SelectMany(sizes => sizes).FirstOrDefault(size => !long.TryParse(size, System.Globalization.CultureInfo.InvariantCulture, out long number) ? !char.IsLetter(size[0]) || size.Any(c => !char.IsLetterOrDigit(c) && c != '_') : number < 1);
        if (wrong is not null) throw new ArgumentException($"'{wrong}' is neither a name nor a size. Write shapes as \"batch, time, 3; batch\".", nameof(shapes));
        return new(all, Checked([.. all.SelectMany(sizes => sizes).Where(size => char.IsLetter(size[0])).Distinct()]));
    }

    /// <summary>Of names alone, for inputs that the user makes.</summary>
    public static FreeSizes Of(IEnumerable<string> names) => new([], Checked([.. names.Distinct()]));

    /// <summary>The sizes of each run: primes, other primes, and each size in turn 1.</summary>
    public IEnumerable<IReadOnlyDictionary<string, long>> Runs()
    {
        long[] primes = Names.Count < 3 ? Primes[1..] : Primes;
        Dictionary<string, long> Sizes(Func<int, long> of) => Names.Select((name, i) => (name, i)).ToDictionary(one => one.name, one => of(one.i));
        yield return Sizes(i => primes[i]);
        yield return Sizes(i => primes[Names.Count - 1 - i]);
        for (int one = 0; one < Names.Count; one++) yield return Sizes(i => i == one ? 1 : primes[i]);
    }

    /// <summary>Random inputs, N(0, 1), of given sizes.</summary>
    public Tensors Draw(IReadOnlyDictionary<string, long> sizes, Device device) =>
        new([.. _shapes.Select(shape => randn([.. shape.Select(size => sizes.TryGetValue(size, out long free) ? free : long.Parse(size, System.Globalization.CultureInfo.InvariantCulture))], device: device))]);

    /// <summary>Sizes in words: <c>batch = 3, time = 5</c>.</summary>
    public static string Text(IReadOnlyDictionary<string, long> sizes) => string.Join(", ", sizes.Select(size => $"{size.Key} = {Numbers.Text(size.Value)}"));

    private static string[] Checked(string[] names) => names.Length <= Primes.Length - 1
        ? names
        : throw new ArgumentException($"{names.Length} free sizes; at most {Primes.Length - 1}.", nameof(names));
}

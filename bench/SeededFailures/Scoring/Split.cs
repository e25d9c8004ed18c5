using System.Security.Cryptography;
using System.Text;
using SeededFailures.Running;

namespace SeededFailures.Scoring;

/// <summary>Which pairs thresholds may be tuned on and which are reported, half and half: fixed in <c>split.tsv</c>.</summary>
internal static class Split
{
    public const string File = "split.tsv", Tuning = "tuning", Reported = "reported";

    /// <summary>What is on file.</summary>
    public static IReadOnlyDictionary<(string Program, string Failure), string> Read(string path) =>
        System.IO.File.ReadLines(path).Where(line => line.Length > 0).Select(line => line.Split('\t')).ToDictionary(part => (part[0], part[1]), part => part[2]);

    /// <summary>Adds the pairs that are new, every other one of them to each half, in the order of their hashes; what is on file stays.</summary>
    public static int Extend(string path)
    {
        var known = new Dictionary<(string, string), string>(Read(path));
        var added = Plan.Pairs.Select(pair => (Program: pair.Program.Name, Failure: pair.Failure.Name)).Where(pair => !known.ContainsKey(pair))
            .OrderBy(pair => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{pair.Program}/{pair.Failure}"))), StringComparer.Ordinal).ToList();
        int tuning = known.Values.Count(half => half == Tuning), reported = known.Count - tuning;
        foreach (var pair in added)
        {
            known[pair] = tuning < reported ? Tuning : Reported;
            if (tuning < reported) tuning++;
            else reported++;
        }
        System.IO.File.WriteAllLines(path, known.OrderBy(one => one.Key).Select(one => $"{one.Key.Item1}\t{one.Key.Item2}\t{one.Value}"));
        return added.Count;
    }
}

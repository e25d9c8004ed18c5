using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SeededFailures.Sources;

/// <summary>A program's source with a failure planted, or as it is.</summary>
/// <param name="Program">The sound program.</param>
/// <param name="Failure">What is planted; null for nothing.</param>
/// <param name="Text">The source.</param>
/// <param name="Lines">The lines that differ from the sound program, counted from 1: those that were written, else those around what is gone.</param>
internal sealed record Mutant(TrainingProgram Program, Failure? Failure, string Text, IReadOnlyList<int> Lines)
{
    /// <summary>The first digits of the text's hash, by which results are told from those of another text.</summary>
    public string Hash => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..10];

    /// <summary>The program as it is.</summary>
    public static Mutant Sound(TrainingProgram program) => new(program, null, program.Source, []);

    /// <summary>The program with the failure planted; null where no alternative of the failure fits it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="strength">The number that it is given; null for the one on file.</param>
    public static Mutant? Of(TrainingProgram program, Failure failure, double? strength = null)
    {
        if (failure.Not.Contains(program.Name) || (failure.Only.Count > 0 && !failure.Only.Contains(program.Name))) return null;
        IReadOnlyList<Edit>? edits = failure.Alternatives.FirstOrDefault(alternative => alternative.All(edit => edit.Fits(program.Source)));
        if (edits is null) return null;
        string number = (strength ?? Strengths.Of(program, failure)).ToString("R", CultureInfo.InvariantCulture);
        string text = program.Source;
        foreach (Edit edit in edits)
        {
            int at = text.IndexOf(edit.Find, StringComparison.Ordinal);
            if (at < 0) throw new InvalidOperationException($"{failure.Name} in {program.Name}: an edit takes away what the next one looks for: {edit.Find}");
            text = string.Concat(text.AsSpan(0, at), edit.Replace.Replace("{strength}", number, StringComparison.Ordinal), text.AsSpan(at + edit.Find.Length));
        }
        return new(program, failure, text, [.. Differing(program.Source, text)]);
    }

    /// <summary>The lines of a text that are not, in order, lines of another.</summary>
    private static SortedSet<int> Differing(string before, string after)
    {
        string[] old = before.Split('\n'), now = after.Split('\n');
        // The longest common subsequence, in a table: a program has some hundred lines.
        int[,] common = new int[old.Length + 1, now.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
            for (int j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var lines = new SortedSet<int>();
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                (i, j) = (i + 1, j + 1);
                continue;
            }
            int first = j;
            while ((i < old.Length || j < now.Length) && !(i < old.Length && j < now.Length && old[i] == now[j]))
            {
                if (j < now.Length && (i == old.Length || common[i, j + 1] >= common[i + 1, j])) j++;
                else i++;
            }
            int[] written = [.. Enumerable.Range(first, j - first).Where(line => now[line].Trim().Length > 0)];
            // Where something is gone, what is left around it is the place.
            foreach (int line in written.Length > 0 ? written : Enumerable.Range(Math.Max(0, first - 1), j - first + 2).Where(line => line < now.Length)) lines.Add(line + 1);
        }
        return lines;
    }
}

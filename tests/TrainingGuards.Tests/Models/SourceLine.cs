using System.Globalization;
using System.Runtime.CompilerServices;

namespace TrainingGuards.Tests.Models;

/// <summary>Where a marked line stands, so that a test need not count lines.</summary>
internal static class SourceLine
{
    /// <summary><c>File.cs:line</c> of the one line of a file in this folder that ends with a mark.</summary>
    public static string Of(string file, string mark)
    {
        string path = Path.Combine(Folder(), file);
        int line = Array.FindIndex(File.ReadAllLines(path), text => text.EndsWith("// " + mark, StringComparison.Ordinal)) + 1;
        Assert.True(line > 0, $"{file} has no line that ends with // {mark}");
        return string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}

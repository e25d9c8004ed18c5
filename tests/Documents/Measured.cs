using System.Text.RegularExpressions;

namespace TrainingGuards.Documents;

/// <summary>Text with what was measured taken out: numbers and curves follow the random stream of the torch engine, all else does not.</summary>
internal static partial class Measured
{
    /// <summary>Each fraction, example, device and count of passes as <c>#</c>, each curve as one bar; what is exact stays.</summary>
    public static string Masked(string text) => Curve().Replace(Number().Replace(text, "#"), "▁");

    /// <summary>The text itself on the embedded engine's CPU, whose numbers the pages show; masked on any other.</summary>
    public static string OnAnyEngine(string text) =>
#if MANAGED_TORCH
        TorchSharp.torch.cuda.is_available() ? Masked(text) : text;
#else
        Masked(text);
#endif

    [GeneratedRegex(@"−?\d+\.\d+(e−?\d+)?|−?\d+e−?\d+|(?<=example )\d+|(?<=seed \d+, )\S+|\d+(?= [FBS]\b)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex("[▁-█×]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Curve();
}

using System.Globalization;
using TrainingGuards;

namespace DigitClassifier.Display;

/// <summary>What happened, in a few words.</summary>
public static class Summary
{
    /// <summary>A check and its outcome: <c>OneBatchOverfits holds</c>.</summary>
    public static string Of(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return $"{verdict.Check.Name} {Word(verdict.Outcome)}";
    }

    /// <summary>The loss of an epoch: <c>loss 0.1234</c>.</summary>
    public static string Of(double loss) => string.Create(CultureInfo.InvariantCulture, $"loss {loss:F4}");

    /// <summary>An outcome in a word.</summary>
    public static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Holds => "holds",
        Outcome.Broken => "broken",
        Outcome.Inconclusive => "inconclusive",
        Outcome.Crashed => "not run to its end",
        _ => "not applicable",
    };
}

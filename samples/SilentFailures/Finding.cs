using DigitClassifier.Analysis;
using TrainingGuards;

namespace SilentFailures;

/// <summary>What became of a planted failure.</summary>
/// <param name="Failure">The failure.</param>
/// <param name="Accuracy">The accuracy that the program reports, trained with it.</param>
/// <param name="Warnings">What the rules say of its file.</param>
/// <param name="Broken">The verdicts of the checks that it breaks.</param>
internal sealed record Finding(SilentFailure Failure, double Accuracy, IReadOnlyList<RuleWarning> Warnings, IReadOnlyList<Verdict> Broken)
{
    /// <summary>Whether both a rule and a check see it.</summary>
    public bool IsCaught => Warnings.Count > 0 && Broken.Count > 0;
}

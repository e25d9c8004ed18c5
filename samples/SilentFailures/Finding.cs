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
    /// <summary>Whether its rule sees it, and a check that names it as the first cause.</summary>
    public bool IsCaught => Warnings.Any(warning => warning.Rule == Failure.Rule) && Broken.Any(verdict => verdict.Findings.Causes is [var first, ..] && first.Rule == Failure.Rule);
}

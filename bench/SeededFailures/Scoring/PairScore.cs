using System.Globalization;
using System.Text.RegularExpressions;
using SeededFailures.Results;
using SeededFailures.Sources;

namespace SeededFailures.Scoring;

/// <summary>What became of one failure in one program.</summary>
internal sealed class PairScore
{
    private readonly Result? _typed, _tests;
    private readonly HashSet<string> _ofTwin, _unsureOfTwin;
    private readonly Warning[] _warnings;

    public PairScore(ResultsFile results, TrainingProgram program, Failure failure, string half)
    {
        (Program, Failure, Half) = (program, failure, half);
        Result? Of(string name, string part) => results.Find(program.Name, name, part);
        _typed = Of(failure.Name, Result.Typed);
        _tests = Of(failure.Name, Result.Tests);
        // What is said of the clean twin as well is no detection.
        _ofTwin = (Of(Result.Sound, Result.Tests)?.Runs ?? []).SelectMany(run => run.Broken).ToHashSet(StringComparer.Ordinal);
        _unsureOfTwin = (Of(Result.Sound, Result.Tests)?.Runs ?? []).SelectMany(run => run.Unsure).ToHashSet(StringComparer.Ordinal);
        HashSet<string> rulesOfTwin = [.. (Of(Result.Sound, Result.Typed)?.Warnings ?? []).Select(warning => warning.Rule)];
        _warnings = [.. (_typed?.Warnings ?? []).Where(warning => !rulesOfTwin.Contains(warning.Rule))];
        Result? sound = Of(Result.Sound, Result.Harm), mutant = Of(failure.Name, Result.Harm);
        if (sound?.Metrics is { Count: > 1 } a && mutant is not null)
        {
            if (mutant.Metrics is { Count: > 1 } b) Harm = Scoring.Harm.Of(a, b);
            Effect = Harm is not { } harm ? Effect.Loud : harm.Hurts || (failure.Flatters && harm.Flatters) ? Effect.Harmful : Effect.Benign;
        }
    }

    public TrainingProgram Program { get; }

    public Failure Failure { get; }

    /// <summary>Tuning or reported.</summary>
    public string Half { get; }

    public Effect Effect { get; }

    /// <summary>What it does to the metric; null where it threw or was not measured.</summary>
    public Harm? Harm { get; }

    /// <summary>Whether rules and tests have been run on it.</summary>
    public bool IsMeasured => _typed is { Problem: null } && _tests is not null && Effect != Effect.Unmeasured;

    /// <summary>Whether a rule says something that it does not say of the twin.</summary>
    public bool ByRule => _warnings.Length > 0;

    /// <summary>Whether it is an expected rule.</summary>
    public bool ByExpectedRule => _warnings.Any(warning => Failure.Rules.Contains(warning.Rule));

    /// <summary>Whether, in more than half of the runs, a check is broken that the twin satisfies.</summary>
    public bool ByCheck => Most(run => Broken(run).Any());

    /// <summary>Whether it is an expected check.</summary>
    public bool ByExpectedCheck => Most(run => Broken(run).Any(Failure.Checks.Contains));

    public bool IsDetected => ByRule || ByCheck;

    /// <summary>The checks that cannot tell, in more than half of the runs, and can on the twin: a suite that must hold fails by them, but nothing is said to be broken.</summary>
    public IReadOnlyList<string> Unsure => [.. Runs.SelectMany(Unsures).Distinct(StringComparer.Ordinal).Where(check => Most(run => Unsures(run).Contains(check)))];

    /// <summary>Whether the first cause of the first broken check is the right one, in more than half of the runs; where no check breaks, whether the rule is an expected one.</summary>
    public bool RightCauseFirst => ByCheck ? Most(run => Broken(run).FirstOrDefault() is { } first && IsRight(Cause(first))) : ByExpectedRule;

    /// <summary>Whether any broken check has the right cause first, or an expected rule speaks.</summary>
    public bool RightCauseSomewhere => ByExpectedRule || Most(run => Broken(run).Any(check => IsRight(Cause(check))));

    /// <summary>Whether there is a place to be found: a line that a rule reports, or a module or parameter of the failure.</summary>
    public bool HasPlace => ByRule || (ByCheck && Failure.Where.Length > 0);

    /// <summary>Whether the place is right: a rule reports a line that was changed or the next to it, or a broken check names such a line, or the module or parameter.</summary>
    public bool RightPlace => _warnings.Any(warning => IsChanged(warning.Line)) || Most(run => Broken(run).Any(check => _tests!.Says!.TryGetValue(check, out Saying? saying) && Names(saying)));

    /// <summary>The lines that were changed.</summary>
    public IReadOnlyList<int> Lines => _typed?.Lines ?? [];

    /// <summary>The lines that rules report, and the places that broken checks name first.</summary>
    public string Named => string.Join("; ", _warnings.Select(warning => string.Create(CultureInfo.InvariantCulture, $"{warning.Rule} line {warning.Line}")).Concat(Checks.Take(3).Select(check => $"{check}: {_tests!.Says![check].Where}")));

    /// <summary>The checks that break in more than half of the runs, in their order.</summary>
    public IReadOnlyList<string> Checks => [.. Runs.SelectMany(Broken).Distinct(StringComparer.Ordinal).Where(check => Most(run => Broken(run).Contains(check)))];

    /// <summary>The rules that speak.</summary>
    public IReadOnlyList<string> Rules => [.. _warnings.Select(warning => warning.Rule).Distinct(StringComparer.Ordinal)];

    /// <summary>What is said first.</summary>
    public string FirstCause => Runs.Select(run => Broken(run).FirstOrDefault()).FirstOrDefault(check => check is not null) is { } first ? $"{first}: {Cause(first)}" : "";

    /// <summary>What the suite costs up to the first broken check, in training steps: the mean of the runs in which there is one.</summary>
    public double StepsToFirst => Runs.Where(run => run.Broken.Count > 0).Select(run => run.ToFirst).DefaultIfEmpty().Average();

    /// <summary>How long the suite takes, the mean of its runs.</summary>
    public double Seconds => Runs.Select(run => run.Seconds).DefaultIfEmpty().Average();

    private IReadOnlyList<SuiteRun> Runs => _tests?.Runs ?? [];

    // What stands next to a line is looked at with it.
    private bool IsChanged(int line) => Lines.Any(changed => Math.Abs(changed - line) <= 1);

    private bool Names(Saying saying) =>
        Regex.Matches(saying.Where, $@"\b{Program.Name}\.cs:(?<line>\d+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Any(match => IsChanged(int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture)))
        || (Failure.Where.Length > 0 && Regex.IsMatch($"{saying.Where} {saying.Cause}", $@"\b({Failure.Where})", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private string Cause(string check) => _tests!.Says!.TryGetValue(check, out Saying? saying) ? saying.Cause : "";

    private bool IsRight(string cause) => Failure.Cause.Length > 0 && Regex.IsMatch(cause, Failure.Cause, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    private IEnumerable<string> Broken(SuiteRun run) => run.Broken.Where(check => !_ofTwin.Contains(check));

    private IEnumerable<string> Unsures(SuiteRun run) => run.Unsure.Where(check => !_unsureOfTwin.Contains(check));

    private bool Most(Func<SuiteRun, bool> fact) => Runs.Count > 0 && Runs.Count(fact) * 2 > Runs.Count;
}

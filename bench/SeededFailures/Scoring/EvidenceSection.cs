using System.Globalization;
using System.Text;
using SeededFailures.HealthyNets;
using SeededFailures.Results;
using SeededFailures.Running;
using SeededFailures.Sources;

namespace SeededFailures.Scoring;

/// <summary>What the results say, as Markdown.</summary>
internal static class EvidenceSection
{
    public static string Of(ResultsFile results)
    {
        IReadOnlyDictionary<(string, string), string> halves = Split.Read(Folders.File(Split.File));
        PairScore[] all = [.. Plan.Pairs.Select(pair => new PairScore(results, pair.Program, pair.Failure, halves.GetValueOrDefault((pair.Program.Name, pair.Failure.Name), Split.Reported)))];
        PairScore[] measured = [.. all.Where(pair => pair.IsMeasured)];
        var text = new StringBuilder();
        Opening(text, results, all, measured);
        Totals(text, measured);
        Others(text);
        Alarms(text, results);
        Matrix(text, all);
        Misses(text, measured);
        Harms(text, measured);
        return text.ToString();
    }

    private static void Opening(StringBuilder text, ResultsFile results, PairScore[] all, PairScore[] measured)
    {
        int trainings = TrainingProgram.All.Select(program => results.Find(program.Name, Result.Sound, Result.Harm)?.Metrics?.Count ?? 0).Max();
        // What throws is run no further.
        int Seeds(string half) => measured.Where(pair => pair.Half == half).Select(pair => results.Find(pair.Program.Name, pair.Failure.Name, Result.Tests)?.Runs?.Count ?? 0).Where(count => count > 0).DefaultIfEmpty().Min();
        (int reported, int tuning) = (Seeds(Split.Reported), Seeds(Split.Tuning));
        string seeds = reported == tuning ? $"from {reported} seeds" : $"from {reported} seeds on the reported half of the pairs and from {tuning} on the other";
        text.Append(string.Create(CultureInfo.InvariantCulture, $"""
            ## What rules and checks find of failures that were planted

            {Catalog.All.Count} failures are planted in {TrainingProgram.All.Count} sound programs, where they fit: {all.Length} pairs, of which {measured.Length} are measured here. A failure is an edit of the program's source (`bench/SeededFailures/Failures`), so the rules read
            the same file that the tests run. Tests are Preflight and Fit of the program's recipe, {seeds}; a pair counts as found by them where in more than half of the runs a check breaks that the clean twin satisfies. A failure counts as harmful where the
            metric that the program itself reports is worse than its twin's over {trainings} trainings (Welch's t test, p < 0.05, and Cohen's d ≥ 0.5); where the failure makes the metric too good, as a leak does, where it is better by as much. Thresholds may be tuned on the one half of the pairs;
            the other half is reported. The halves stand in `bench/SeededFailures/split.tsv`. `dotnet run -c Release --project bench/SeededFailures -- run` measures all, `-- report` writes this section.
            Found by an expected rule or check means one that was written down with the failure before. The right cause is first where the first cause of the first broken check says what was done, by words that are written down with the failure; the right place is a line that was changed or the next to it, or the module or parameter.


            """).ReplaceLineEndings("\n"));
    }

    private static void Totals(StringBuilder text, PairScore[] measured)
    {
        text.Append("| pairs | harmful | found | by rules alone | by tests alone | by both | by neither | by an expected rule or check | right cause first | right cause somewhere | right place, where there is one |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        Row(text, "**reported**", measured.Where(pair => pair.Half == Split.Reported));
        Row(text, "reported, without what a sound program may choose too", measured.Where(pair => pair.Half == Split.Reported && !pair.Failure.IsLegal));
        Row(text, "for tuning", measured.Where(pair => pair.Half == Split.Tuning));
        foreach (IGrouping<string, PairScore> family in measured.GroupBy(pair => pair.Failure.Family)) Row(text, $"{family.Key}, both halves", family);
        double[] first = [.. measured.Where(pair => pair.Effect == Effect.Harmful && pair.ByCheck).Select(pair => pair.StepsToFirst)], seconds = [.. measured.Where(pair => pair.Effect == Effect.Harmful).Select(pair => pair.Seconds)];
        if (first.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"\nThe aim is 90 % found, 75 % with the right cause first, 90 % with the right place. The first check that breaks does so after {Median(first):F0} training steps in the median; the whole suite takes {Median(seconds):F1} s on a harmful failure.\n");
        PairScore[] benign = [.. measured.Where(pair => pair.Effect == Effect.Benign)], loud = [.. measured.Where(pair => pair.Effect == Effect.Loud)];
        text.Append(CultureInfo.InvariantCulture, $"\nBenign: {benign.Length} pairs, of which {benign.Count(pair => pair.IsDetected)} are reported nonetheless: the failure is there, this program bears it. Loud: {loud.Length} pairs in which something throws, {loud.Count(pair => pair.ByRule)} of which a rule names before.\n\n");
    }

    private static void Row(StringBuilder text, string name, IEnumerable<PairScore> pairs)
    {
        PairScore[] harmful = [.. pairs.Where(pair => pair.Effect == Effect.Harmful)], found = [.. harmful.Where(pair => pair.IsDetected)], placed = [.. found.Where(pair => pair.HasPlace)];
        string Share(int count, int of) => of == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count} of {of}, {100.0 * count / of:F0} %");
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {harmful.Length} | {Share(found.Length, harmful.Length)} | {found.Count(pair => !pair.ByCheck)} | {found.Count(pair => !pair.ByRule)} | {found.Count(pair => pair.ByRule && pair.ByCheck)} | {harmful.Length - found.Length} | {Share(found.Count(pair => pair.ByExpectedRule || pair.ByExpectedCheck), harmful.Length)} | {Share(found.Count(pair => pair.RightCauseFirst), found.Length)} | {Share(found.Count(pair => pair.RightCauseSomewhere), found.Length)} | {Share(placed.Count(pair => pair.RightPlace), placed.Length)} |\n");
    }

    private static void Others(StringBuilder text) => text.Append("""
        Beside it, what others publish of theirs, on their own benchmarks, which are other failures in other programs; the figures cannot be compared one to one:

        | tool | what its authors, or those who examined it, say |
        | --- | --- |
        | TrainCheck (OSDI 2025) | 18 of 20 real silent errors, with less than 2 % false alarms and known-good reference runs |
        | NeuraLint | recall 70.5 % at precision 100 %, on code |
        | DeepFD (as examined in EMSE 2025) | recall 0.55 at precision 0.37 |
        | AutoTrainer ([TDSC 2024](https://doi.org/10.1109/tdsc.2024.3450951)) | of eight training problems in 701 models all detected, without false positives; 98.42 % of them repaired |
        | DEFault ([2025](https://arxiv.org/abs/2501.12560)) | 94 % of 52 real faulty programs detected, the root cause named in 63 % |
        | UMLAUT ([CHI 2021](https://doi.org/10.1145/3411764.3445538)) | no rate: in a study, 15 people found and mended more bugs with it than without |
        | TheDeepChecker ([2022](https://arxiv.org/abs/2204.00694)) | finds more than Amazon SageMaker Debugger; its rates are left out here until they can be given from the paper itself |


        """.ReplaceLineEndings("\n"));

    private static void Alarms(StringBuilder text, ResultsFile results)
    {
        var twins = TrainingProgram.All.Select(program => results.Find(program.Name, Result.Sound, Result.Tests)).OfType<Result>().ToList();
        var nets = Enumerable.Range(0, Plan.Nets).Select(net => results.Find(HealthyNet.Program, net.ToString("D3", CultureInfo.InvariantCulture), Result.Tests)).OfType<Result>().ToList();
        var kept = nets.Where(net => net.Runs is not null).ToList();
        int runs = twins.Sum(twin => twin.Runs?.Count ?? 0);
        text.Append("### False alarms\n\n| clean programs | suites run | with a broken check | with a check that could not tell |\n| --- | --- | --- | --- |\n");
        text.Append(CultureInfo.InvariantCulture, $"| the twins | {runs} | {twins.Sum(twin => twin.Runs?.Count(run => run.Broken.Count > 0) ?? 0)} | {twins.Sum(twin => twin.Runs?.Count(run => run.Unsure.Count > 0) ?? 0)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| random nets that train, {kept.Count} of {nets.Count} drawn | {kept.Count} | {kept.Count(net => net.Runs![0].Broken.Count > 0)} | {kept.Count(net => net.Runs![0].Unsure.Count > 0)} |\n\n");
        int rules = TrainingProgram.All.Sum(program => results.Find(program.Name, Result.Sound, Result.Typed)?.Warnings?.Count ?? 0);
        text.Append(CultureInfo.InvariantCulture, $"Rules report {rules} on the twins' source.");
        var costs = twins.Concat(kept).SelectMany(clean => clean.Runs ?? []).ToList();
        if (costs.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $" A suite costs {Median(costs.Select(run => run.Steps)):F0} training steps and {Median(costs.Select(run => run.Seconds)):F1} s here, in the median.");
        text.Append("\n\n");
        foreach (Result clean in twins.Concat(kept))
            foreach ((string check, Saying saying) in clean.Says ?? new Dictionary<string, Saying>())
                text.Append(CultureInfo.InvariantCulture, $"- {clean.Program} {(clean.Failure == Result.Sound ? "" : clean.Failure)}{(clean.Description is null ? "" : $" ({clean.Description})")}: {check}{(clean.Runs!.Any(run => run.Broken.Contains(check)) ? " is broken" : "")}: {Cell(saying.Cause)} {Cell(saying.Where)}\n");
        text.Append('\n');
    }

    private static void Matrix(StringBuilder text, PairScore[] all)
    {
        text.Append("### The matrix\n\nr found by rules, t by tests, rt by both, **missed**; benign ones in parentheses, loud ones with !, not measured ?; * is a choice that a sound program may make too. The expected rules and checks stand behind the name.\n\n| failure | expected |");
        foreach (TrainingProgram program in TrainingProgram.All) text.Append(CultureInfo.InvariantCulture, $" {program.Name} |");
        text.Append("\n| --- | --- |").Append(string.Concat(TrainingProgram.All.Select(_ => " --- |"))).Append('\n');
        foreach (Failure failure in Catalog.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {failure.Name}{(failure.IsLegal ? "*" : "")} | {string.Join(", ", failure.Rules.Concat(failure.Checks))} |");
            foreach (TrainingProgram program in TrainingProgram.All) text.Append(CultureInfo.InvariantCulture, $" {CellOf(all.FirstOrDefault(pair => pair.Failure == failure && pair.Program == program))} |");
            text.Append('\n');
        }
        text.Append('\n');
    }

    private static string CellOf(PairScore? pair)
    {
        if (pair is null) return "";
        if (!pair.IsMeasured) return "?";
        string found = (pair.ByRule ? "r" : "") + (pair.ByCheck ? "t" : "");
        return pair.Effect switch
        {
            Effect.Benign => $"({(found.Length == 0 ? "–" : found)})",
            Effect.Loud => $"{found}!",
            _ => found.Length == 0 ? "**missed**" : found,
        };
    }

    private static void Misses(StringBuilder text, PairScore[] measured)
    {
        text.Append("### What is missed\n\n| failure | in | the metric falls by | why nothing sees it | checks that could not tell |\n| --- | --- | --- | --- | --- |\n");
        foreach (var missed in measured.Where(pair => pair.Effect == Effect.Harmful && !pair.IsDetected).GroupBy(pair => pair.Failure))
            text.Append(CultureInfo.InvariantCulture, $"| {missed.Key.Name}: {missed.Key.Meaning} | {string.Join(", ", missed.Select(pair => pair.Program.Name))} | {string.Join(", ", missed.Select(pair => Number(pair.Harm!.Value.Sound - pair.Harm!.Value.Mutant)))} | {(missed.Key.Unseen.Length > 0 ? missed.Key.Unseen : "to be examined: a check or rule that should see it does not")} | {string.Join(", ", missed.SelectMany(pair => pair.Unsure).Distinct(StringComparer.Ordinal))} |\n");
        text.Append("\n### Where the first cause is not the right one\n\n| failure | in | what is said first |\n| --- | --- | --- |\n");
        foreach (PairScore pair in measured.Where(pair => pair.Effect == Effect.Harmful && pair.IsDetected && !pair.RightCauseFirst))
            text.Append(CultureInfo.InvariantCulture, $"| {pair.Failure.Name} | {pair.Program.Name} | {Cell(pair.ByCheck ? pair.FirstCause : string.Join(", ", pair.Rules))} |\n");
        text.Append("\n### Where the place is not the right one\n\n| failure | in | lines changed | what is named |\n| --- | --- | --- | --- |\n");
        foreach (PairScore pair in measured.Where(pair => pair.Effect == Effect.Harmful && pair.IsDetected && pair.HasPlace && !pair.RightPlace))
            text.Append(CultureInfo.InvariantCulture, $"| {pair.Failure.Name} | {pair.Program.Name} | {string.Join(", ", pair.Lines)} | {Cell(pair.Named)} |\n");
        text.Append('\n');
    }

    private static void Harms(StringBuilder text, PairScore[] measured)
    {
        text.Append("### What the failures do\n\nMean of the metric that the program reports: its twin's, its own, Cohen's d, p.\n\n| program | failure | twin | mutant | d | p |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (PairScore pair in measured.Where(pair => pair.Harm is not null).OrderBy(pair => pair.Program.Name, StringComparer.Ordinal).ThenBy(pair => pair.Failure.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"| {pair.Program.Name} | {pair.Failure.Name} | {Number(pair.Harm!.Value.Sound)} | {Number(pair.Harm!.Value.Mutant)} | {pair.Harm!.Value.Effect:F1} | {pair.Harm!.Value.Probability:G2} |\n");
    }

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

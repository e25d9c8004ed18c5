using System.Globalization;
using SeededFailures.Results;
using Spectre.Console;

namespace SeededFailures.Running;

/// <summary>Shows how far a run is: a bar in a terminal, a line a result elsewhere.</summary>
internal static class Progression
{
    public static void Show(int jobs, Action<Action<Result>> work)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected || !console.Profile.Capabilities.Interactive)
        {
            int done = 0;
            work(result => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{++done}/{jobs} {Text(result)}")));
            return;
        }
        console.Progress().AutoClear(enabled: false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("measuring", maxValue: jobs);
                work(result =>
                {
                    task.Description = Markup.Escape($"{result.Program} × {result.Failure}, {result.Part}");
                    task.Increment(1);
                });
            });
    }

    private static string Text(Result result)
    {
        string said = result switch
        {
            { Problem: { } problem } => problem,
            { Warnings: { } warnings } => warnings.Count == 0 ? "no rule" : string.Join(", ", warnings.Select(warning => $"{warning.Rule}:{warning.Line}")),
            { Runs: { } runs } => string.Join(", ", runs.SelectMany(run => run.Broken).GroupBy(check => check, (check, all) => $"{check} {all.Count()}")) is { Length: > 0 } broken ? $"{broken} of {runs.Count}" : "nothing broken",
            { Metrics: { } metrics } => string.Create(CultureInfo.InvariantCulture, $"mean {metrics.Average():F3}, from {metrics.Min():F3} to {metrics.Max():F3}"),
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{result.Program} × {result.Failure}, {result.Part}, {result.Seconds:F1} s: {said}");
    }
}

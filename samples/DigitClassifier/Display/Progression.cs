using Spectre.Console;
using TrainingGuards;

namespace DigitClassifier.Display;

/// <summary>Shows how far work of some steps is: a bar in a terminal, a line a step where output goes to a file.</summary>
public static class Progression
{
    /// <summary>Does the work, which says after each step what it did.</summary>
    public static T Show<T>(IAnsiConsole console, string title, int steps, Func<Action<string>, T> work) => Show(console, title, steps, (done, _) => work(done));

    /// <summary>Does the work, which says after each step what it did, and how far it is within one that takes long.</summary>
    public static T Show<T>(IAnsiConsole console, string title, int steps, Func<Action<string>, IProgress<CheckProgress>, T> work)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(work);
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal) return InLines(console, title, steps, work);
        return console.Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: steps);
                int step = 0;
                return work(
                    done =>
                    {
                        task.Description = Markup.Escape($"{title}: {done}");
                        task.Value = ++step;
                    },
                    new Told(far =>
                    {
                        task.Description = Markup.Escape($"{title}: {far}");
                        task.Value = step + (far.Part ?? 0);
                    }));
            });
    }

    private static T InLines<T>(IAnsiConsole console, string title, int steps, Func<Action<string>, IProgress<CheckProgress>, T> work)
    {
        int step = 0;
        return work(done => console.WriteLine($"{title} {++step}/{steps}: {done}"), new ProgressLines(line => console.WriteLine($"{title} {step + 1}/{steps}: {line}")));
    }

    // System.Progress reports on another thread, after the bar may be gone.
    private sealed class Told(Action<CheckProgress> tell) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value) => tell(value);
    }
}

using System.Diagnostics;
using System.Globalization;
using DigitClassifier.Analysis;
using DigitClassifier.Data;
using DigitClassifier.Display;
using Spectre.Console;
using TrainingGuards;
using static TorchSharp.torch;

namespace DigitClassifier;

/// <summary>Reads digits: shows what the rules said of this program, guards it, then trains it.</summary>
public static class Program
{
    private const int DefaultEpochs = 20;

    private static readonly string Help = $"""
        Trains a small network to read handwritten digits, after its guards hold.

          --data FILE    digits to read: on each line 64 pixels of 0–16, then the label;
                         without it they are drawn
          --epochs N     how often training goes through the data ({DefaultEpochs})
          --seed N       the seed of everything random (0)
          --report FILE  write what the guards found there, with a gallery of the trained
                         net, as a page; as .json or .sarif where the name ends so
          --unguarded    train without guards
          --help         this text

        Exit code: 0 trained, 1 a guard does not hold, 2 the input cannot be used.
        """;

    /// <summary>Runs in this console.</summary>
    public static int Main(string[] args) => Run(args, Terminal.Open(), Console.Error);

    /// <summary>Runs in some console and returns the exit code.</summary>
    public static int Run(IReadOnlyList<string> args, IAnsiConsole console, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(errors);
        try
        {
            Options options = Options.Parse(args, DefaultEpochs);
            if (!options.Help) return Run(options, console);
            console.WriteLine(Help);
            return 0;
        }
        catch (InputException exception)
        {
            errors.WriteLine(exception.Message);
            return 2;
        }
    }

    private static int Run(Options options, IAnsiConsole console)
    {
        var clock = Stopwatch.StartNew();
        manual_seed(options.Seed);
        (Digits training, Digits heldOut) = Digits.Load(options).Split(options.Seed);

        console.WriteLine($"{training.Count} digits to train on and {heldOut.Count} held out, {(options.DataFile is { } file ? $"from {Path.GetFileName(file)}" : "drawn")}, seed {options.Seed}.");

        Heading(console, "Analysed");
        ShowAnalysis(AnalysisLog.OfThisProgram(), console);

        Setup setup = DigitSetup.For(training, heldOut, options.Seed);
        Report? report = null;
        if (!options.Unguarded)
        {
            Heading(console, "Guarded");
            report = Guard(setup, options.ReportFile, console);
            if (report.Verdicts.Any(verdict => verdict.Fails)) return 1;
        }

        Heading(console, "Trained");
        using DigitNet model = Train(training, heldOut, options, console);
        if (report is not null && options.ReportFile is { } reportFile) ReportFile.Write(report.With(Gallery.Of(setup, model)), reportFile, "What the guards found, and a gallery of the trained net,", console);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"All in {clock.Elapsed.TotalSeconds:F1} s."));
        return 0;
    }

    private static void ShowAnalysis(AnalysisLog log, IAnsiConsole console)
    {
        console.WriteLine($"{log.Rules.Count} rules of TrainingGuards ran over this program as it was compiled: {log.Warnings.Count} warnings.");
        foreach (RuleWarning warning in log.Warnings) console.WriteLine($"  {warning.File}:{warning.Line} {warning.Rule} {warning.Message}");
    }

    private static Report Guard(Setup setup, string? reportFile, IAnsiConsole console)
    {
        Recipe recipe = DigitSetup.Recipe;
        RecipeVerdict verdicts = Progression.Show(
            console, "Guarding", recipe.Count, (done, progress) => setup.Judge(recipe, verdict => done(Summary.Of(verdict)), progress));
        console.Write(GuardTable.Of(verdicts));
        Report report = Report.Of(verdicts, nameof(DigitClassifier));
        if (reportFile is not null) ReportFile.Write(report, reportFile, "What the guards found", console);
        console.WriteLine($"{verdicts.ToString().Split('\n')[0]}.");
        console.WriteLine("Not applicable here:");
        console.Write(GuardTable.OfOthers(verdicts));
        foreach (Verdict failure in verdicts.Failures) console.Write(FullVerdict.Of(failure));
        if (verdicts.Failures.Count > 0) console.WriteLine("Not trained, for a guard does not hold. --unguarded trains all the same.");
        return report;
    }

    private static DigitNet Train(Digits training, Digits heldOut, Options options, IAnsiConsole console)
    {
        manual_seed(options.Seed);
        DigitNet model = new();
        using var trainer = new Trainer(model, options.Epochs);
        var epochs = new List<EpochResult>();
        var clock = Stopwatch.StartNew();
        ConfusionMatrix result = Progression.Show(console, "Training", options.Epochs, done =>
        {
            trainer.Fit(training, (epoch, loss) =>
            {
                epochs.Add(new(epoch, loss, ConfusionMatrix.Of(model, heldOut).Accuracy, clock.Elapsed));
                done($"{Summary.Of(loss)}, held out {Percent.Of(epochs[^1].Accuracy)}");
            });
            return ConfusionMatrix.Of(model, heldOut);
        });
        console.Write(EpochTable.Of(epochs));
        console.Write(ConfusionTable.Of(result));
        console.WriteLine($"Held-out accuracy {Percent.Of(result.Accuracy)}: {result.Right} of {result.Total} digits, trained on {training.Count}.");
        return model;
    }

    private static void Heading(IAnsiConsole console, string title) => console.Write(new Rule($"[bold]{title}[/]").LeftJustified().RuleStyle("grey"));
}

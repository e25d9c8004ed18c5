using System.Diagnostics;
using System.Globalization;
using DigitClassifier;
using DigitClassifier.Analysis;
using DigitClassifier.Data;
using DigitClassifier.Display;
using Spectre.Console;
using TrainingGuards;
using static TorchSharp.torch;

namespace SilentFailures;

/// <summary>Trains the sound program and four that fail silently, and shows what each failure costs and who sees it.</summary>
public static class Program
{
    private const int DefaultEpochs = 8;

    private static readonly SilentFailure[] Failures = [new ViewInsteadOfPermute(), new LossClipping(), new OutputActivation(), new MissingEvalMode()];

    private static readonly string Help = $"""
        Trains a program that reads digits, and four that differ from it by one planted
        failure each: what the failure costs, and what the rule and the check say of it.

          --data FILE    digits to read: on each line 64 pixels of 0–16, then the label;
                         without it they are drawn
          --epochs N     how often training goes through the data ({DefaultEpochs})
          --seed N       the seed of everything random (0)
          --help         this text

        Exit code: 0 all are caught by a rule and a check, 1 one is not, 2 the input cannot be used.
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
        (Digits training, Digits heldOut) = Digits.Load(options).Split(options.Seed);
        AnalysisLog log = AnalysisLog.OfThisProgram();

        double sound = Progression.Show(console, "Training the sound program", options.Epochs, done => TrainSound(training, heldOut, options, done));
        List<Finding> findings = [.. Failures.Select(failure => Examine(failure, training, heldOut, log, options, console))];

        console.Write(FindingTable.Of(findings, sound));
        foreach (Verdict verdict in findings.SelectMany(finding => finding.Broken)) console.Write(FullVerdict.Of(verdict));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"All in {clock.Elapsed.TotalSeconds:F1} s."));
        return findings.TrueForAll(finding => finding.IsCaught) ? 0 : 1;
    }

    private static Finding Examine(SilentFailure failure, Digits training, Digits heldOut, AnalysisLog log, Options options, IAnsiConsole console)
    {
        double accuracy = Progression.Show(console, $"Training {failure.Name}", options.Epochs, done =>
        {
            manual_seed(options.Seed);
            return failure.Train(training, heldOut, options.Epochs, (epoch, loss) => done(Summary.Of(loss)));
        });
        Recipe recipe = Recipe.Classifier(Digits.Classes).Only(Suite.Preflight, Suite.Fit);
        Setup setup = failure.Plant(DigitSetup.For(training, heldOut, options.Seed), heldOut);
        IReadOnlyList<Verdict> verdicts = Progression.Show(
            console, $"Guarding {failure.Name}", recipe.Count, done => setup.Judge(recipe, verdict => done(Summary.Of(verdict))));
        return new(
            failure,
            accuracy,
            [.. log.Warnings.Where(warning => warning.File == $"{failure.Name}.cs")],
            [.. verdicts.Where(verdict => verdict.Outcome == Outcome.Broken)]);
    }

    private static double TrainSound(Digits training, Digits heldOut, Options options, Action<string> done)
    {
        manual_seed(options.Seed);
        using var model = new DigitNet();
        using var trainer = new Trainer(model, options.Epochs);
        trainer.Fit(training, (epoch, loss) => done(Summary.Of(loss)));
        return ConfusionMatrix.Of(model, heldOut).Accuracy;
    }
}

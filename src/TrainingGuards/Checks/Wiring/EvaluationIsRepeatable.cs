using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Evaluation gives the same twice and leaves no trace: outputs and metric equal to the bit, state unchanged, every module in evaluation mode in it and in training mode after it.</summary>
/// <remarks>
/// Exact, without a tolerance. Where the setup has an Evaluate, it is run twice from training mode; in any case two forward passes of a batch are compared in evaluation
/// mode. Modules that stay in evaluation mode through train() are noted, not judged, where that is a known choice: batch normalisation, and parts
/// that are frozen as a whole. It cannot see whether the training loop calls train() again, nor modules that Evaluate calls by forward in place of call.
/// Cost: 4 F, 5 F where dropout shows no effect; 2 S more where the output starts at a constant; at most 4 F to explain a failure.
/// </remarks>
public sealed class EvaluationIsRepeatable : Check
{
    /// <inheritdoc/>
    public override string Claim => "Evaluation gives the same twice, and leaves the model as it was.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Batch batch = trial.Batch;
        OwnEvaluation? own = trial.Setup.Evaluate is { } evaluate ? OwnEvaluation.Of(trial, evaluate) : null;
        Findings forwards = Forwards(trial, batch);
        // A head that starts at zero hides everything behind it; two steps of training open it.
        if (IsBlind(forwards) && trial.Setup.Trains)
        {
            for (int step = 0; step < 2; step++) trial.Step(batch);
            forwards = Forwards(trial, batch);
            forwards = forwards with { Notes = [.. forwards.Notes, "measured after 2 training steps: at initialisation all examples have the same output"] };
        }
        Findings modes = AfterTrain(trial);
        bool forwardsHold = forwards.Claims.All(claim => claim.Holds);
        bool ownHolds = own is null || own.Claims().All(claim => claim.Holds);
        return forwards with
        {
            Claims = [.. own?.Claims() ?? [], .. forwards.Claims, .. modes.Claims],
            Causes = [.. own?.Causes(trial.Model, forwardsHold) ?? [], .. forwards.Causes, .. modes.Causes],
            Notes = [.. forwards.Notes, .. modes.Notes, .. forwardsHold && ownHolds ? InTraining(trial, batch) : []],
            Where = ownHolds ? forwards.Where ?? modes.Where : own!.Place(trial.Setup, trial.Model),
        };
    }

    private static bool IsBlind(Findings findings) => findings.Controls.Any(control => !control.Holds) && findings.Claims.All(claim => claim.Holds);

    private static Findings Forwards(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        using IDisposable mode = trial.Evaluating();
        using var state = new StateCopy(trial.Model);
        int n = (int)batch.Size;
        Reading[] flags = [.. ModelTensors.Modules(trial.Model).Where(part => !ModuleKind.IsContainer(part.Module)).Select(part => new Reading(part.Module.training ? 1 : 0, part.Path))];
        Tensors first = trial.Forward(batch.Inputs).Select(output => output.clone()), second = trial.Forward(batch.Inputs);
        IReadOnlyList<Reading> changes = state.Changes();
        double spread = OutputDifference.Spread(first, n);
        var findings = new Findings
        {
            Claims =
            [
                new("difference between two forward passes", Bound.Exactly(0), OutputDifference.Readings(first, second, n)),
                new("training flag after eval()", Bound.Exactly(0), flags),
                .. changes.Count == 0 ? Array.Empty<Measurement>() : [new("change in evaluation", Bound.Exactly(0), changes)],
            ],
            Controls = double.IsNaN(spread) ? [] : [new("difference between the outputs of different examples", Bound.MoreThan(0), spread)],
        };
        return findings.Claims.All(claim => claim.Holds) ? findings : Explain(trial, batch, findings, flags, changes);
    }

    private static Findings Explain(Trial trial, Batch batch, Findings findings, Reading[] flags, IReadOnlyList<Reading> changes)
    {
        var causes = new List<Cause>();
        Place? where = null;
        string[] training = [.. flags.Where(flag => flag.Value != 0).Select(flag => $"`{flag.Culprit}`")];
        string[] changed = [.. changes.Where(change => change.Value != 0).Select(change => $"`{change.Culprit}`")];
        if (training.Length > 0)
        {
            causes.Add(new($"{Words.List(training)} {(training.Length == 1 ? "is" : "are")} in training mode although eval() was called on the model", "let every override of train(bool) call base.train(on)"));
            where = new(training[0].Trim('`'), OverrideOfTrain.Above(trial.Model, training[0].Trim('`')));
        }
        if (!findings.Claims[0].Holds && training.Length == 0)
        {
            (Cause cause, where) = EvaluationNoise.Of(trial, batch);
            causes.Add(cause);
        }
        if (changed.Length > 0 && training.Length == 0)
        {
            string name = changed[0].Trim('`'), owner = name.LastIndexOf('.') is >= 0 and var dot ? name[..dot] : trial.Model.GetType().Name;
            causes.Add(new($"buffer {Words.List(changed)} changed in evaluation", "update running statistics only where training is true"));
            where ??= new(owner, OverrideOfTrain.Forward(trial.Model, owner));
        }
        return findings with { Causes = causes, Where = where };
    }

    /// <summary>Every module must be in training mode again after train(), unless that it is not is a known choice.</summary>
    private static Findings AfterTrain(Trial trial)
    {
        trial.Model.train();
        (string Path, nn.Module Module)[] all = [.. ModelTensors.Modules(trial.Model)], parts = [.. all.Where(part => !ModuleKind.IsContainer(part.Module))];
        bool IsChosen((string Path, nn.Module Module) part) => ModuleKind.IsBatchNorm(part.Module)
            || all.Any(outer => !outer.Module.training && CoveringNames.IsUnder(part.Path, outer.Path) && outer.Module.parameters().Any() && outer.Module.parameters().All(parameter => !parameter.requires_grad));
        string[] chosen = [.. parts.Where(part => !part.Module.training && IsChosen(part)).Select(part => part.Path)];
        string[] left = [.. parts.Where(part => !part.Module.training && !IsChosen(part)).Select(part => $"`{part.Path}`")];
        var findings = new Findings
        {
            Claims = [new("training flag after train()", Bound.Exactly(1), [.. parts.Where(part => !chosen.Contains(part.Path)).Select(part => new Reading(part.Module.training ? 1 : 0, part.Path))])],
            Notes = chosen.Length == 0 ? [] : [$"{Words.List([.. chosen.Select(path => $"`{path}`")])} {(chosen.Length == 1 ? "stays" : "stay")} in evaluation mode in training: taken for frozen on purpose"],
        };
        return left.Length == 0 ? findings : findings with
        {
            Causes = [new($"{Words.List(left)} {(left.Length == 1 ? "stays" : "stay")} in evaluation mode after train(): once evaluated, training goes on without dropout and with frozen statistics", "let every override of train(bool) call base.train(on)", "TG2002")],
            Where = new(left[0].Trim('`'), OverrideOfTrain.Above(trial.Model, left[0].Trim('`'))),
        };
    }

    /// <summary>Whether training draws random numbers exactly where a module for that is registered; a note, since a layer may lie unused.</summary>
    private static IEnumerable<string> InTraining(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        int n = (int)batch.Size;
        trial.Model.train();
        (string Path, nn.Module Module)[] random = [.. ModelTensors.Modules(trial.Model).Where(part => part.Module.training && ModuleKind.IsRandom(part.Module))];
        Tensors first = trial.Forward(batch.Inputs).Select(output => output.clone());
        Bound equal = Bound.Exactly(0);
        bool differs = false;
        // Dropout of few numbers at a low rate may drop none in one pass.
        for (int pass = 0; pass < (random.Length > 0 ? 2 : 1) && !differs; pass++)
            differs = OutputDifference.Readings(first, trial.Forward(batch.Inputs), n).Any(reading => !equal.Contains(reading.Value));
        if (random.Length > 0 && !differs)
            yield return $"three passes in training mode are equal although {Words.List([.. random.Select(part => $"`{part.Path}` ({part.Module.GetType().Name})")])} {(random.Length == 1 ? "is" : "are")} registered: without effect";
        if (random.Length == 0 && differs)
            yield return "passes in training mode differ although no Dropout module is registered";
    }
}

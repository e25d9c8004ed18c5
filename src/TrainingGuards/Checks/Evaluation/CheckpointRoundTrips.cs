using System.Runtime.InteropServices;
using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Evaluation;

/// <summary>A model that is saved and loaded into a new instance is the same model: every name, every number, what is tied, and its outputs in evaluation mode, to the bit.</summary>
/// <remarks>
/// Exact, without a tolerance. Saved after two training steps, so that statistics and what begins at zero have moved; loaded into a model that was built from another seed, which must
/// differ from it before, else the pass would prove nothing. It cannot see what lies outside of the model, preprocessing for one, unless <c>save</c> and <c>load</c> carry it in the model; nor
/// the optimizer's state (<see cref="TrainingResumes"/>). Cost: 2 S + 2 F, without an optimizer 3 F; at most 2 F to explain a failure.
/// </remarks>
/// <param name="save">Writes a model to a path, as the program does; null for <c>model.save(path)</c>. It may write other files beside it.</param>
/// <param name="load">Makes a new model of what was written to a path, as the program does; null for the setup's Model and its <c>load(path)</c>.</param>
public sealed class CheckpointRoundTrips(Action<nn.Module, string>? save = null, Func<string, nn.Module>? load = null) : Check
{
    private const int Steps = 2;

    /// <summary>Writes a model to a path; null for torch's own.</summary>
    public Action<nn.Module, string>? Save { get; } = save;

    /// <summary>Makes a new model of what was written to a path; null for torch's own.</summary>
    public Func<string, nn.Module>? Load { get; } = load;

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    public override string Claim => "A model that is saved and loaded is the same model.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (!ModelTensors.State(trial.Model).Any()) return Findings.NotApplicable($"{trial.Model.GetType().Name} has no parameter and no buffer to save");
        // On a GPU load moves the model to the CPU and back, which replaces parameters that the user holds.
        if (Load is null && trial.Device.type == TorchSharp.DeviceType.CUDA && trial.IsShared(trial.Model))
            return Findings.NotApplicable($"parts of {trial.Model.GetType().Name} are the same in each build, and on a GPU load(path) would replace their parameters; give load:, or run it on the CPU");
        string[] names = [.. ModelState.Of(trial.Model).Keys];
        using var folder = new TemporaryFolder();
        string path = folder.File("model.dat");
        using Trial fresh = trial.Again(setup => setup with { Seed = setup.Seed + 1 });
        using var begins = new FreshState(fresh.Model);
        Train(trial);
        using var outputs = new EvaluatedOutputs(trial, trial.Batch);
        int differ = begins.Differing(trial.Model);
        Trial? loaded = null;
        try
        {
            try
            {
                if (Save is null) trial.Model.save(path);
                else Save(trial.Model, path);
                // What does not fit is measured, not thrown.
                if (Load is null) fresh.Model.load(path, strict: false);
                else loaded = trial.Again(setup => setup with { Seed = setup.Seed + 1, Model = Loaded });
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IOException or KeyNotFoundException or FormatException or ExternalException)
            {
                return Thrown(failure);
            }
            return Judge(new(trial, loaded ?? fresh, names, begins, IsOwn: Save is not null || Load is not null), outputs, differ);
        }
        finally
        {
            loaded?.Dispose();
        }

        nn.Module Loaded()
        {
            manual_seed(trial.Setup.Seed + 1);
            return Load!(path);
        }
    }

    private static void Train(Trial trial)
    {
        if (trial.Setup.Trains)
        {
            for (int step = 0; step < Steps; step++) trial.Step(step == 0 ? trial.Batch : trial.PassingBatch());
            return;
        }
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        trial.Model.train();
        trial.Forward(trial.Batch.Inputs);
    }

    private static Findings Judge(RoundTrip trip, EvaluatedOutputs outputs, int differ)
    {
        Reading[] differences = [.. trip.Differences()];
        var claims = new List<Measurement>
        {
            new("is in both models (1) or in one alone (0):", Bound.Exactly(1), [.. trip.Names()]),
            new("difference after loading", Bound.Exactly(0), differences),
        };
        // Of other shapes or types, the model may not even run.
        bool runs = differences.All(reading => !double.IsNaN(reading.Value)), equal = false;
        if (runs)
        {
            using var again = new EvaluatedOutputs(trip.Loaded, outputs.Batch);
            Reading[] apart = [.. OutputDifference.Readings(outputs.Outputs, again.Outputs, (int)outputs.Batch.Size)];
            equal = apart.All(reading => reading.Value == 0);
            claims.Add(new("difference between the outputs", Bound.Exactly(0), apart));
        }
        Reading[] ties = [.. trip.Ties()];
        if (ties.Length > 0) claims.Insert(2, new("still one tensor (1) or several (0):", Bound.Exactly(1), ties));
        var findings = new Findings
        {
            Claims = claims,
            Controls = [new("parameters and buffers that differ before loading", Bound.AtLeast(1), differ)],
            Notes = equal ? [.. trip.Forgotten().Select(lost => $"{lost.Cause.Evidence}; outputs in evaluation mode do not depend on it")] : [],
        };
        if (claims.All(claim => claim.Holds)) return findings;
        (Cause Cause, Place? Where)[] causes = [.. trip.Causes(), .. runs && !equal ? trip.Forgotten() : []];
        if (causes.Length == 0) causes = [trip.Located(outputs.Batch)];
        return findings with { Causes = [.. causes.Select(one => one.Cause)], Where = causes[0].Where };
    }

    private Findings Thrown(Exception failure) => new()
    {
        Claims = [new("saved and loaded (1) or not (0):", Bound.Exactly(1), 0)],
        Causes =
        [
            new(
                $"{(Save is null && Load is null ? "load" : "save or load")} throws {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}",
                "build the model with the same sizes and types each time, and store beside the weights what they depend on", "TG7003"),
        ],
        Where = new("load"),
    };
}

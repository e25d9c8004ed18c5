using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Parameters that require no gradient, and buffers that are no running statistics, are equal to the bit after a few of the user's own training steps.</summary>
/// <remarks>
/// Exact, without a tolerance. What requires a gradient is asked after the optimizer is built, where freezing is often done. Statistics of torch's normalisations may move; where all weights beside
/// them are frozen that is noted. It cannot see a frozen part whose output changes by dropout, nor what the training loop does outside of the setup. Cost: <c>steps</c> S; at most 1 F + 1 B more to explain a failure.
/// </remarks>
/// <param name="steps">How many training steps are made.</param>
/// <param name="moving">Parameters, buffers or modules, by their paths and separated by commas, that training is to move without a gradient: a codebook, a queue, a teacher.</param>
/// <param name="averages">Parts that follow others as moving averages: <c>teacher: 0.99 encoder</c> for t ← 0.99·t + 0.01·s after each step, several separated by commas.</param>
public sealed class FrozenStaysFrozen(int steps = 5, string moving = "", string averages = "") : Check
{
    // An average in float32 rounds three times.
    private const double OfAverage = 1e-6;

    private readonly string[] _moving = (moving ?? throw new ArgumentNullException(nameof(moving))).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    private readonly IReadOnlyList<MovingAverage> _averages = MovingAverage.Parse(averages ?? throw new ArgumentNullException(nameof(averages)));

    /// <summary>How many training steps are made.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "What stays is seen by at least one step.");

    /// <summary>What training is to move without a gradient, by path, separated by commas.</summary>
    public string Moving { get; } = moving;

    /// <summary>Parts that follow others as moving averages.</summary>
    public string Averages { get; } = averages;

    /// <inheritdoc/>
    public override string Claim => "Training changes nothing but what requires a gradient and running statistics.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        // Freezing is often done where the optimizer is built.
        _ = trial.Optimizers;
        nn.Module model = trial.Model;
        string[] statistics = [.. ModelTensors.Modules(model)
            .Where(part => part.Module is NormBase)
            .SelectMany(part => part.Module.named_buffers(recurse: false).Select(buffer => ReferenceEquals(part.Module, model) ? buffer.name : $"{part.Path}.{buffer.name}"))];
        (string Name, Parameter Parameter)[] parameters = [.. trial.Parameters];
        (string Name, Parameter Parameter)[] frozen = [.. parameters.Where(part => !part.Parameter.requires_grad && !IsDeclared(part.Name))];
        var judged = new HashSet<string>(frozen.Select(part => part.Name).Concat(model.named_buffers().Select(part => part.name).Except(statistics).Where(name => !IsDeclared(name))), StringComparer.Ordinal);
        string[] unknown = [.. _moving.Where(path => !parameters.Select(part => part.Name).Concat(model.named_buffers().Select(part => part.name)).Any(name => CoveringNames.IsUnder(name, path)))];
        if (unknown.Length > 0)
            throw new SetupException(given: $"{Words.List([.. unknown.Select(path => $"`{path}`")])} as moving, and no parameter or buffer of {model.GetType().Name} is there", expected: "paths such as named_buffers() and named_parameters() give", remedy: "correct the path, or leave it out");
        using var following = new AverageRun(_averages, model);
        if (judged.Count == 0 && following.Readings.Count == 0) return Findings.NotApplicable($"{model.GetType().Name} has no frozen parameter and no buffer but running statistics{(_moving.Length == 0 ? "" : " and what is declared as moving")}");

        using var state = new StateCopy(model);
        for (int step = 0; step < Steps; step++)
        {
            Batch batch = step == 0 ? trial.Batch : trial.NextBatch();
            following.Before();
            trial.Step(batch);
            following.After();
        }
        IReadOnlyList<Reading> changes = state.Changes();
        Reading[] readings = [.. changes.Where(change => judged.Contains(change.Culprit))];
        string[] unfrozen = [.. frozen.Where(part => part.Parameter.requires_grad).Select(part => part.Name)];
        string[] adapting = [.. changes.Where(change => change.Value != 0 && statistics.Contains(change.Culprit)).Select(change => change.Culprit).Where(name => IsFrozenAround(frozen, parameters, name))];
        var findings = new Findings
        {
            Claims =
            [
                .. readings.Length == 0 ? Array.Empty<Measurement>() : [new($"change in {Numbers.Text(Steps)} steps", Bound.Exactly(0), readings)],
                .. following.Readings.Count == 0 ? Array.Empty<Measurement>() : [new("distance from the declared average, relative to its size", Bound.AtMost(OfAverage), following.Readings)],
                .. frozen.Length == 0 ? Array.Empty<Measurement>() : [new("requires_grad after training", Bound.Exactly(0), [.. frozen.Select(part => new Reading(part.Parameter.requires_grad ? 1 : 0, part.Name))])],
            ],
            Controls = [new("trainable tensors that training moves", Bound.AtLeast(1), changes.Count(change => change.Value != 0 && parameters.Any(part => part.Name == change.Culprit && part.Parameter.requires_grad)))],
            Notes = adapting.Length == 0 ? [] : [$"{Words.List([.. adapting.Select(name => $"`{name}`")])} move though the weights beside them are frozen: in evaluation the frozen part gives something else than before; where that is not meant, override train(bool) and call eval() on it"],
        };
        string[] changed = [.. readings.Where(reading => reading.Value != 0).Select(reading => reading.Culprit)];
        Cause? astray = following.Cause(OfAverage);
        if (changed.Length + unfrozen.Length == 0) return astray is null ? findings : findings with { Causes = [astray] };
        (IReadOnlyList<Cause> causes, Place? where) = FrozenChanges.Of(trial, changed, unfrozen);
        return findings with { Causes = astray is null ? causes : [astray, .. causes], Where = where };
    }

    private bool IsDeclared(string name) => _moving.Concat(_averages.Select(average => average.Path)).Any(path => CoveringNames.IsUnder(name, path));

    // Statistics belong to a frozen part where the weights of their own layer are frozen, and where it has none, all those beside it.
    private static bool IsFrozenAround((string Name, Parameter Parameter)[] frozen, (string Name, Parameter Parameter)[] all, string statistic)
    {
        for (string at = statistic; at.LastIndexOf('.') is >= 0 and var dot;)
        {
            at = at[..dot];
            int beside = all.Count(part => CoveringNames.IsUnder(part.Name, at));
            if (beside > 0) return frozen.Count(part => CoveringNames.IsUnder(part.Name, at)) == beside;
        }
        return false;
    }
}

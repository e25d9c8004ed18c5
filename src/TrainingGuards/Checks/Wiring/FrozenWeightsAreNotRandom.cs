using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>No weight of two dimensions or more that requires no gradient depends on the seed that the model is built from, but copies of other weights of the model.</summary>
/// <remarks>
/// Exact: what is loaded is the same to the bit from any seed. What requires a gradient is asked after the optimizer is built, where freezing is often done. It cannot see loaded weights that are frozen and should
/// learn, nor a model that seeds its own initialisation. Cost: the model is built once more.
/// </remarks>
/// <param name="random">Parameters or modules, by their paths and separated by commas, that are meant to stay as they were drawn: random features, a reservoir.</param>
public sealed class FrozenWeightsAreNotRandom(string random = "") : Check
{
    private readonly string[] _random = (random ?? throw new ArgumentNullException(nameof(random))).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is meant to stay as it was drawn, by path, separated by commas.</summary>
    public string Random { get; } = random;

    /// <inheritdoc/>
    public override string Claim => "No weight is frozen as chance drew it.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        // Freezing is often done where the optimizer is built.
        if (trial.Setup.Trains) _ = trial.Optimizers;
        (string Name, Parameter Parameter)[] all = [.. trial.Parameters];
        string[] unknown = [.. _random.Where(path => !all.Any(part => CoveringNames.IsUnder(part.Name, path)))];
        if (unknown.Length > 0)
            throw new SetupException(given: $"{Words.List([.. unknown.Select(path => $"`{path}`")])} as random, and no parameter of {trial.Model.GetType().Name} is there", expected: "paths such as named_parameters() gives", remedy: "correct the path, or leave it out");
        (string Name, Parameter Parameter)[] frozen = [.. all.Where(part => IsJudged(part.Name, part.Parameter) && !all.Any(other => IsCopy(part, other)))];
        if (frozen.Length == 0) return Findings.NotApplicable($"{trial.Model.GetType().Name} has no frozen weight of two dimensions or more{(_random.Length == 0 ? "" : " but what is declared as random")}");

        IReadOnlySet<string> drawn = DrawnParameters.Among(trial, all.Where(part => part.Parameter.dim() > 1));
        if (drawn.Count == 0) return Findings.NotApplicable("no weight of the model depends on the seed: all are loaded, or drawn from a seed of the model's own");
        string[] broken = [.. frozen.Select(part => part.Name).Where(drawn.Contains)];
        return new()
        {
            Claims = [new("whether another seed gives other numbers", Bound.Exactly(0), [.. frozen.Select(part => new Reading(broken.Contains(part.Name) ? 1 : 0, $"in {part.Name}"))])],
            Controls = [new("weights that another seed changes", Bound.AtLeast(1), drawn.Count)],
            Causes = broken.Length == 0 ? [] : [Why(broken, all, trial.Model)],
            Where = broken.Length == 0 ? null : new(broken[0]),
        };
    }

    private bool IsJudged(string name, Parameter parameter) =>
        !parameter.requires_grad && parameter.is_floating_point() && parameter.dim() > 1 && !_random.Any(path => CoveringNames.IsUnder(name, path));

    // A teacher begins as its student: it is frozen, and follows.
    private static bool IsCopy((string Name, Parameter Parameter) part, (string Name, Parameter Parameter) other) =>
        part.Name != other.Name && other.Parameter.requires_grad && TensorBits.Same(part.Parameter, other.Parameter);

    private static Cause Why(string[] broken, (string Name, Parameter Parameter)[] all, nn.Module model)
    {
        string[] weights = [.. all.Where(part => part.Parameter.dim() > 1).Select(part => part.Name)];
        string[] parts = [.. CoveringNames.Of(broken, weights, model.GetType().Name)];
        string which = Words.List([.. parts.Select(part => $"`{part}`")]);
        bool one = parts.Length == 1;
        string learning = all.Any(part => part.Parameter.requires_grad) ? "" : "; nothing of the model requires a gradient";
        return new(
            $"requires_grad is false for {which}, and another seed gives {(one ? "it" : "them")} other numbers: what is frozen there was drawn, not loaded, and no training will change it{learning}",
            $"freeze what is loaded and let {which} learn, or load {(one ? "its" : "their")} weights where the model is built; where {(one ? "it is" : "they are")} to stay random, declare it: random: \"{parts[0]}\"");
    }
}

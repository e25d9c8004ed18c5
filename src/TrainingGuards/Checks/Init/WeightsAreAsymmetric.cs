using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Init;

/// <summary>No two units of a layer are one: no unit has the weights and the gradient of another, and not all units of a hidden layer have the same weights.</summary>
/// <remarks>
/// Weights are compared to the bit, gradients of ⟨v, f(x)⟩, v ~ N(0, 1), within 1e-5. Layers that begin at zero are judged by their gradients alone: those of a residual branch or of LoRA
/// differ. Where none reaches them, up to <c>steps</c> training steps open what closes them off. It sees torch's own linear, convolution, recurrent and attention layers, and cannot
/// see copies that begin with different biases. Cost: 1 F + 1 B; as much again and 1 S for each step that is waited.
/// </remarks>
/// <param name="steps">The most training steps that are waited for a gradient to reach layers that begin at zero.</param>
public sealed class WeightsAreAsymmetric(int steps = 5) : Check
{
    /// <summary>The most training steps that are waited for a gradient to reach layers that begin at zero.</summary>
    public int Steps { get; } = steps >= 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A number of steps is not negative.");

    /// <inheritdoc/>
    public override string Claim => "No two units of a layer are one.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        bool trains = trial.Setup.Trains;
        // Freezing and unfreezing is often done where the optimizer is built.
        if (trains) _ = trial.Optimizers;
        _ = trial.Batch;
        WeightedLayer[] layers = [.. WeightedLayer.In(trial.Model).Where(layer => layer.Units >= 2 && layer.Weight.requires_grad)];
        if (layers.Length == 0) return Findings.NotApplicable("the model has no linear, convolution, recurrent or attention layer of several units that trains");

        UnitCopies[] first = Compare(trial, layers), last = first;
        int made = 0;
        for (; trains && made < Steps && Waits(last); made++)
        {
            trial.Step(trial.Batch);
            last = Compare(trial, layers);
        }
        string[] opened = [.. first.Where((layer, i) => layer.IsZero && last[i].Count == 0).Select(layer => $"`{layer.Layer.WeightName}`")];
        WeightedLayer[] output = first.Any(layer => IsOneVector(layer)) ? [.. Outputs(trial, layers)] : [];
        UnitCopies[] hidden = [.. first.Where(layer => !layer.IsZero && layer.Layer is { FanIn: >= 2, IsGrouped: false } && !output.Contains(layer.Layer))];
        var findings = new Findings
        {
            Claims =
            [
                new("units that are copies of another", Bound.Exactly(0), [.. last.Select(layer => new Reading(layer.Count, $"in {layer.Layer.WeightName}"))]),
                .. hidden.Length == 0 ? Array.Empty<Measurement>() : [new("different units at the start", Bound.AtLeast(2), [.. hidden.Select(layer => new Reading(layer.AllAlike ? 1 : layer.Layer.Units, $"in {layer.Layer.WeightName}"))])],
            ],
            Controls = [new("largest gradient of a unit", Bound.MoreThan(0), last.Max(layer => layer.LargestGradient))],
            Notes = opened.Length == 0 ? [] : [$"{Words.List(opened)} {(opened.Length == 1 ? "begins" : "begin")} at 0, and {(opened.Length == 1 ? "its" : "their")} units get gradients of their own"],
        };
        UnitCopies[] broken = [.. first.Zip(last).Where(pair => pair.Second.Count > 0 || (IsOneVector(pair.First) && hidden.Contains(pair.First))).Select(pair => pair.Second with { AllAlike = pair.First.AllAlike, IsZero = pair.First.IsZero })];
        if (broken.Length == 0) return findings;
        if (!trains && broken.All(layer => layer.IsZero && layer.LargestGradient == 0))
            return Findings.Inconclusive($"an optimizer: {Words.List([.. broken.Select(layer => $"`{layer.Layer.WeightName}`")])} begin at 0, and only a training step tells whether a gradient will reach them");
        return findings with { Causes = [.. broken.Select(layer => Why(layer, made))], Where = broken[0].Layer.Place(trial.Model) };
    }

    // Copies with a gradient of their own stay copies for ever; those without one may wait for a gate to open.
    private static bool Waits(UnitCopies[] layers) =>
        layers.Any(layer => layer.Count > 0) && layers.All(layer => layer.Count == 0 || layer.LargestGradient == 0);

    private static bool IsOneVector(UnitCopies layer) => layer is { AllAlike: true, IsZero: false };

    private static UnitCopies[] Compare(Trial trial, WeightedLayer[] layers)
    {
        using IDisposable scope = trial.Scope();
        Tensor[] weights = [.. layers.Select(layer => layer.Weight)], biases = [.. layers.Where(HasBias).Select(layer => layer.Bias!)];
        IReadOnlyList<Tensor?> gradients = RandomCotangent.Gradients(trial, trial.Batch, [.. weights, .. biases]);
        int next = weights.Length;
        return [.. layers.Select((layer, i) => UnitCopies.Of(layer, gradients[i], HasBias(layer) ? gradients[next++] : null))];
    }

    private static bool HasBias(WeightedLayer layer) => layer.Bias is { requires_grad: true };

    // The units of a last layer are told apart by their targets, however they begin.
    private static List<WeightedLayer> Outputs(Trial trial, WeightedLayer[] layers)
    {
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        Tensors? outputs = null;
        IReadOnlyList<TraceEvent> events = ModuleTrace.Copied(trial.Model, () => outputs = trial.Forward(trial.Batch.Inputs));
        TraceEvent[] left = [.. events.Where(at => !at.Entered && layers.Any(layer => ReferenceEquals(layer.Module, at.Module)))];
        var last = left.Where((at, i) => i == left.Length - 1 || at.Tensors.Any(tensor => outputs!.Any(output => Trials.TensorBits.Same(output, tensor))))
            .Select(at => at.Module).ToHashSet();
        return [.. layers.Where(layer => last.Contains(layer.Module))];
    }

    private static Cause Why(UnitCopies copies, int steps)
    {
        WeightedLayer layer = copies.Layer;
        string name = $"`{layer.WeightName}`", units = Numbers.Text(layer.Units), random = $"initialise {name} at random: as TorchSharp makes it, or with kaiming_uniform_";
        if (copies.IsZero)
        {
            string reached = copies.LargestGradient > 0 ? "and they get the same gradient" : $"and no gradient has reached them in {Numbers.Text(steps)} steps";
            return new($"all {Numbers.Text(layer.Weight.numel())} weights of {name} are 0, {reached}: its {units} units stay one", random, "TG3009");
        }
        if (!copies.AllAlike)
            return new($"{Numbers.Text(copies.Count)} of the {units} units of {name} have the weights and the gradient of another: they stay copies of it", random, "TG3009");
        using var scope = NewDisposeScope();
        Tensor weights = layer.Weight.detach();
        bool constant = weights.min().ToDouble() == weights.max().ToDouble();
        string what = constant ? $"all {Numbers.Text(layer.Weight.numel())} weights of {name} are {Numbers.Text(weights.max().ToDouble())}" : $"all rows of {name} are the same";
        string gradient = copies.Count > 0 ? $", and {Numbers.Text(copies.Count + 1)} of them get the same gradient too" : "";
        return new($"{what}: its {units} units see the same in what enters{gradient}", random, "TG3009");
    }
}

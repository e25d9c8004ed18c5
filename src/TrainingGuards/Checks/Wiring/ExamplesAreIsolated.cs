using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>No example in a batch influences the output of another: in evaluation mode, ‖∂⟨v, f(x)_i⟩/∂x_j‖ is exactly 0 for j ≠ i.</summary>
/// <remarks>
/// v ~ N(0, 1), since a summed output is blind behind a softmax. Integer inputs are replaced, one example at a time, and the outputs of the others
/// compared bit for bit, all passes from one seed. It cannot see mixing within an example (a view of [batch, channels, positions] as [batch, positions, channels]),
/// nor what happens in training mode alone, where batch normalisation mixes examples by design. Cost: 1 F + 5 B; 6 F for integer inputs.
/// </remarks>
/// <param name="examples">How many examples are tried, at least 2; an odd number that is no other dimension of the model tells the batch dimension apart.</param>
public sealed class ExamplesAreIsolated(int examples = 5) : Check
{
    /// <summary>How many examples are tried.</summary>
    public int Examples { get; } = examples >= 2 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "Examples can leak only where there are at least 2.");

    /// <inheritdoc/>
    public override string Claim => "No example in a batch influences the output of another.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Findings findings = Probe(trial, trial.Batch);
        // A head that starts at zero hides everything behind it; two steps of training open it.
        bool blind = findings.Controls.Any(control => !control.Holds) && findings.Claims.All(claim => claim.Holds);
        if (!blind || !trial.Setup.Trains) return findings;
        for (int step = 0; step < 2; step++) trial.Step(trial.Batch);
        Findings opened = Probe(trial, trial.Batch);
        return opened with { Notes = [.. opened.Notes, "measured after 2 training steps: at initialisation the output does not depend on the input"] };
    }

    private Findings Probe(Trial trial, Batch whole)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        Batch batch = whole.First(Examples);
        int n = (int)batch.Size;
        Tensors inputs = batch.Inputs.Select(input => CountsExamples(input) && input.is_floating_point() ? input.clone().requires_grad_() : input);
        Tensors outputs = Pass(trial, inputs);
        if (!outputs.Any(output => ExampleLeaks.CountsExamples(output, n)))
            return Findings.Inconclusive($"an output whose first dimension counts the examples; for inputs {batch.Inputs.Shapes} the outputs are {outputs.Shapes}");

        var claims = new List<Measurement>();
        var controls = new List<Measurement>();
        var matrices = new List<Matrix>();
        ExampleLeaks? worst = null;
        void Add(string quantity, ExampleLeaks leaks)
        {
            claims.Add(new(quantity, Bound.Exactly(0), [.. leaks.Leaks()]));
            controls.Add(new(quantity, Bound.MoreThan(0), [.. leaks.Own()]));
            matrices.Add(leaks.Matrix(quantity));
            if (!claims[^1].Holds) worst ??= leaks;
        }

        Tensor[] differentiable = [.. inputs.Where(input => input.requires_grad)];
        if (differentiable.Length > 0 && outputs.Any(output => output.requires_grad))
            Add("gradient", ExampleLeaks.ByGradient(trial, outputs, differentiable, n));
        if (batch.Inputs.Any(input => CountsExamples(input) && !input.is_floating_point()))
            Add("change of output", ExampleLeaks.ByReplacement(trial, outputs, [.. Enumerable.Range(0, n).Select(j => Replace(batch, j, integersAlone: true))], n));
        if (claims.Count == 0)
            return Findings.Inconclusive($"an output that depends on an input with {Numbers.Text(n)} examples by its gradient; the inputs are {batch.Inputs.Shapes}, and no gradient reaches them");

        var findings = new Findings { Claims = claims, Controls = controls, Matrices = matrices };
        if (worst is null) return findings;
        return OutputDifference.Readings(outputs, Pass(trial, inputs), n).Any(apart => apart.Value != 0)
            ? Findings.Inconclusive($"a model that gives the same twice in evaluation mode; two passes of the same inputs from one seed differ, and {nameof(EvaluationIsRepeatable)} says why")
            : Explain(trial, batch, inputs, outputs, worst, findings);

        bool CountsExamples(Tensor input) => input.dim() > 0 && input.shape[0] == n;
    }

    // From one seed: what is drawn in a pass, as by dropout that is left on, is no influence of one example on another.
    private static Tensors Pass(Trial trial, Tensors inputs)
    {
        manual_seed(trial.Setup.Seed);
        return trial.Forward(inputs);
    }

    private static Findings Explain(Trial trial, Batch batch, Tensors inputs, Tensors outputs, ExampleLeaks leaks, Findings findings)
    {
        Culprit? culprit = Localise(trial, batch);
        Cause? cause = BatchPattern.Reordered(leaks);
        string[] suspects = BatchPattern.Suspects;
        if (cause is null && culprit is { LastSound: not null })
        {
            // The same pass again with its graph, to follow numbers from the last sound tensors to the first broken ones.
            IReadOnlyList<TraceEvent> live = ModuleTrace.Live(trial.Model, () => Pass(trial, inputs));
            TraceEvent? Same(TraceEvent wanted) => live.FirstOrDefault(at => at.Path == wanted.Path && at.Entered == wanted.Entered);
            if (Same(culprit.LastSound) is { } before && Same(culprit.FirstBroken) is { } after)
                cause = ElementPattern.Between(trial, before.Tensors, after.Tensors, (int)batch.Size);
            if (cause is not null) suspects = ElementPattern.Suspects;
        }
        cause ??= StatelessNormalisation(trial.Model) ?? BatchPattern.Of(leaks, outputs);
        return findings with { Where = culprit?.Place(suspects), Causes = [cause], RuledOut = RuledOut(trial.Model) };
    }

    /// <summary>Replaces one example after the other and finds the first module whose output for the others changes while its inputs do not.</summary>
    private static Culprit? Localise(Trial trial, Batch batch)
    {
        int n = (int)batch.Size;
        IReadOnlyList<TraceEvent> original = ModuleTrace.Copied(trial.Model, () => Pass(trial, batch.Inputs));
        var replaced = new List<IReadOnlyList<TraceEvent>>();
        for (int j = 0; j < n; j++)
        {
            Batch changed = Replace(batch, j, integersAlone: false);
            replaced.Add(ModuleTrace.Copied(trial.Model, () => Pass(trial, changed.Inputs)));
        }
        if (replaced.Any(trace => trace.Count != original.Count)) return null;
        return Culprit.In(trial.Model, original, at => Mixed(original[at].Tensors, [.. replaced.Select(trace => trace[at].Tensors)], n));
    }

    // Null where no dimension counts the examples; sound where, along some dimension that does, only the replaced example changed.
    private static bool? Mixed(Tensors original, Tensors[] replaced, int examples)
    {
        bool told = false;
        for (int k = 0; k < original.Count; k++)
        {
            Tensor tensor = original[k];
            int[] dimensions = [.. Enumerable.Range(0, (int)tensor.dim()).Where(d => tensor.shape[d] == examples || (d == 0 && ExampleLeaks.CountsExamples(tensor, examples)))];
            if (dimensions.Length == 0 || replaced.Any(other => other.Count != original.Count || !other[k].shape.SequenceEqual(tensor.shape))) continue;
            told = true;
            if (!dimensions.Any(d => Enumerable.Range(0, examples).All(j => OthersAreEqual(tensor, replaced[j][k], d, j, examples)))) return true;
        }
        return told ? false : null;
    }

    private static bool OthersAreEqual(Tensor a, Tensor b, int dimension, int replaced, int examples)
    {
        using var scope = NewDisposeScope();
        long rows = a.shape[dimension] / examples, before = replaced * rows, after = before + rows;
        return TensorBits.Same(a.narrow(dimension, 0, before), b.narrow(dimension, 0, before))
            && TensorBits.Same(a.narrow(dimension, after, a.shape[dimension] - after), b.narrow(dimension, after, a.shape[dimension] - after));
    }

    // Example j with the inputs of the next example that differs from it.
    private static Batch Replace(Batch batch, int j, bool integersAlone)
    {
        int n = (int)batch.Size;
        Tensor Changed(Tensor input)
        {
            if (input.dim() == 0 || input.shape[0] != n || (integersAlone && input.is_floating_point())) return input;
            int other = Enumerable.Range(1, n - 1).Select(step => (j + step) % n).FirstOrDefault(row => !TensorBits.Same(input[row], input[j]), -1);
            if (other < 0) return input;
            Tensor copy = input.clone();
            copy[j] = input[other];
            return copy;
        }
        return batch with { Inputs = batch.Inputs.Select(Changed) };
    }

    private static Cause? StatelessNormalisation(nn.Module model) =>
        ModelTensors.Modules(model).Where(part => IsStateless(part.Module)).Select(part => part.Path).FirstOrDefault() is { } path
            ? new($"`{path}` has no running statistics and normalises by the batch in evaluation too", "leave out track_running_stats: false")
            : null;

    private static bool IsStateless(nn.Module module) => ModuleKind.IsBatchNorm(module) && !module.named_buffers(recurse: false).Any();

    private static string[] RuledOut(nn.Module model) =>
        ModelTensors.Modules(model).Any(part => ModuleKind.IsBatchNorm(part.Module) && !IsStateless(part.Module)) ? ["batch statistics (BatchNorm was in eval mode)"] : [];
}

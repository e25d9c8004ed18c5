using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Whether the user's loss passes a gradient to the outputs of every example that could be better.</summary>
internal static class LossGradient
{
    // What another output must take off the loss, relative to it, before an example counts as one that could be better.
    private const double Improvement = 1e-4;

    /// <summary>
    /// The cause where the gradient of the loss is exactly zero for the outputs of some examples although other outputs would lower it. A zero where the
    /// loss is least (an example past its margin, an ignored one) is as it should be.
    /// </summary>
    internal static Cause? Cut(Trial trial, Batch batch)
    {
        int n = (int)batch.Size;
        Tensors outputs;
        using (no_grad()) outputs = trial.Forward(batch.Inputs);
        outputs = outputs.Select(output => output.is_floating_point() ? output.detach().clone().requires_grad_() : output.detach());
        Tensor[] leaves = [.. outputs.Where(output => output.requires_grad && ExampleLeaks.CountsExamples(output, n))];
        if (leaves.Length == 0) return null;
        Tensor loss = trial.Loss(outputs, batch.Targets);
        int[] silent = Silent(trial.Gradients(loss, leaves, ones_like(loss)), n);
        if (silent.Length == 0) return null;

        using IDisposable grad = no_grad();
        double above = loss.ToDouble(), below = above - (Improvement * Math.Abs(above));
        Tensors[] candidates = [.. Candidates(trial.Setup, outputs, batch.Targets)];
        bool Lowers(Tensors candidate) => trial.Loss(candidate, batch.Targets).ToDouble() < below;
        int cut = silent.Length == n && candidates.Any(Lowers) ? n : silent.Count(i => candidates.Any(candidate => Lowers(WithExample(outputs, candidate, i, n))));
        return cut == 0 ? null : new(
            $"the loss passes no gradient to the outputs of {Numbers.Text(cut)} of {Numbers.Text(n)} examples, though other outputs would lower it: it is clipped",
            "leave the loss as it is and limit the gradient instead: clip_grad_norm_ between backward and step",
            "TG1005");
    }

    private static int[] Silent(IReadOnlyList<Tensor?> gradients, int examples)
    {
        double[][] rows = [.. gradients.OfType<Tensor>().Select(gradient => HostNumbers.Of(gradient.abs().reshape(examples, -1).amax([1L])))];
        return [.. Enumerable.Range(0, examples).Where(i => rows.All(row => row[i] == 0))];
    }

    // Outputs that may cost less: none at all, half as much, another example's, and what the targets ask for.
    private static IEnumerable<Tensors> Candidates(Setup setup, Tensors outputs, Tensors targets)
    {
        Tensors Each(Func<Tensor, Tensor> change) => outputs.Select(output => output.is_floating_point() ? change(output.detach()) : output);
        yield return Each(output => zeros_like(output));
        yield return Each(output => output / 2);
        yield return Each(output => output.roll(1, 0));
        if (outputs.Count != 1 || targets.Count != 1) yield break;
        Tensor target = targets[0];
        if (target.is_floating_point() && target.numel() == outputs[0].numel())
        {
            yield return Each(output => target.reshape(output.shape).to(output.dtype));
        }
        else if (SetupValidation.Classes(outputs[0], target) is { } classes)
        {
            // The same numbers serve a loss on logits and one on log-probabilities.
            Tensor hot = (nn.functional.one_hot(target.to(ScalarType.Int64).masked_fill(target.eq(setup.IgnoreIndex), 0), classes) - 1) * 20;
            yield return Each(output => (output.shape[^1] == classes && output.shape[..^1].AsSpan().SequenceEqual(target.shape) ? hot : hot.movedim([-1L], [1L])).to(output.dtype));
        }
    }

    private static Tensors WithExample(Tensors outputs, Tensors candidate, int example, int examples)
    {
        int at = 0;
        return outputs.Select(output =>
        {
            Tensor other = candidate[at++];
            if (!output.is_floating_point() || !ExampleLeaks.CountsExamples(output, examples)) return output;
            long rows = output.shape[0] / examples;
            Tensor changed = output.detach().clone();
            changed.narrow(0, example * rows, rows).copy_(other.narrow(0, example * rows, rows));
            return changed;
        });
    }
}

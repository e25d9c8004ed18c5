using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>One output of a model on examples that stay the same, and what it was at the last look.</summary>
/// <param name="index">Which of the outputs.</param>
/// <param name="name">Its name, for messages.</param>
internal abstract class PredictedOutput(int index, string name) : IDisposable
{
    private Tensor? _previous;

    /// <summary>Its name, for messages.</summary>
    protected string Name => name;

    /// <summary>Each output that says something of each example, with its target where that is known.</summary>
    public static IEnumerable<PredictedOutput> Of(Tensors outputs, Tensors? targets, long ignoreIndex)
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            if (!outputs[i].is_floating_point() || outputs[i].dim() == 0 || outputs[i].shape[0] < 2) continue;
            string name = outputs.NameOf(i, "output");
            Tensor? target = targets is not null && i < targets.Count ? targets[i] : null;
            yield return PredictedClasses.For(i, name, outputs[i], target, ignoreIndex) ?? (PredictedOutput)new PredictedNumbers(i, name, outputs[i], target);
        }
    }

    /// <summary>What it says now, beside what it said the last time.</summary>
    public PredictionSample Read(Tensors outputs)
    {
        (Tensor kept, PredictionSample sample) = Compare(outputs[index].detach(), _previous);
        _previous?.Dispose();
        _previous = kept.DetachFromDisposeScope();
        return sample;
    }

    public void Dispose()
    {
        _previous?.Dispose();
        DisposeTargets();
    }

    /// <summary>What is kept for the next look, and the numbers of this one.</summary>
    protected abstract (Tensor Kept, PredictionSample Sample) Compare(Tensor output, Tensor? previous);

    protected abstract void DisposeTargets();
}

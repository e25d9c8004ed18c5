using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>Compares what a model says of the same examples from look to look, where the model is; the numbers leave the device in one copy an output.</summary>
/// <param name="model">The model.</param>
/// <param name="targets">The targets of the examples; null where they are not known.</param>
/// <param name="ignoreIndex">The class index that the loss ignores.</param>
internal sealed class PredictionStatistics(nn.Module model, Tensors? targets, long ignoreIndex) : IDisposable
{
    private IReadOnlyList<PredictedOutput>? _outputs;

    /// <summary>Looks at the predictions, in evaluation mode and without gradients; modes and random numbers are as before.</summary>
    /// <param name="forward">A forward pass over the examples.</param>
    public IReadOnlyList<PredictionSample> Read(Func<Tensors> forward)
    {
        using IDisposable mode = new EvaluationMode(model);
        using var torch = new TorchState();
        using var grad = no_grad();
        using var scope = new PassScope(model);
        Tensors outputs = forward();
        if (_outputs is not null) return [.. _outputs.Select(output => output.Read(outputs))];
        _outputs = [.. PredictedOutput.Of(outputs, targets, ignoreIndex)];
        if (_outputs.Count == 0) return [];
        PredictionSample[] first = [.. _outputs.Select(output => output.Read(outputs))];
        // What changes without a step in between is not what training does.
        Tensors again = forward();
        return [.. first.Zip(_outputs, (sample, output) => sample with { WithoutStep = output.Read(again).Change })];
    }

    public void Dispose()
    {
        foreach (PredictedOutput output in _outputs ?? []) output.Dispose();
        _outputs = null;
    }
}

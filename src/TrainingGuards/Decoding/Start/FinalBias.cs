using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The bias that is added last: moving a number of it moves that column of the outputs by as much.</summary>
/// <param name="Layer">Its layer.</param>
/// <param name="Values">The bias in float64.</param>
internal sealed record FinalBias(WeightedLayer Layer, Tensor Values)
{
    private const double Tolerance = 1e-3;

    /// <summary>The bias of the last layer that runs and has as many units as the outputs have columns.</summary>
    /// <param name="trial">The model.</param>
    /// <param name="batch">What is passed through it, once.</param>
    /// <param name="columns">The columns of the outputs.</param>
    /// <param name="missing">Why there is none, else null.</param>
    public static FinalBias? Find(Trial trial, Batch batch, long columns, out string? missing)
    {
        IReadOnlyList<WeightedLayer> layers = WeightedLayer.In(trial.Model);
        WeightedLayer? last = null;
        using (new ModuleHooks(trial.Model, entered: (_, _, _) => { }, left: (path, _, _) => last = layers.LastOrDefault(layer => layer.Path == path) ?? last)) _ = trial.Forward(batch.Inputs);
        missing = last is null ? "no layer of torch's own with weights was seen to run"
            : last.Bias is null ? $"`{last.Path}`, the last layer, has no bias"
            : last.Units != columns ? $"`{last.Path}`, the last layer, has {Numbers.Text(last.Units)} units for {Numbers.Text(columns)} columns of the output"
            : null;
        return missing is null ? new(last!, last!.Bias!.detach().to(ScalarType.Float64)) : null;
    }

    /// <summary>Adds <paramref name="by"/> to the bias of one column, and returns the predictions after it; null where they did not move by as much.</summary>
    public FirstPredictions? Moved(Trial trial, Batch batch, FirstPredictions before, long column, double by)
    {
        Layer.Bias!.detach()[column] += by;
        Tensor shift = zeros(Values.shape, dtype: ScalarType.Float64, device: Values.device);
        shift[column] = by;
        var after = FirstPredictions.Of(trial, [batch]);
        Tensor first = before.Outputs.narrow(0, 0, after.Outputs.shape[0]);
        (Tensor expected, Tensor seen) = before.AreClasses
            ? (nn.functional.log_softmax((before with { Outputs = first }).LogProbabilities() + shift, -1), after.LogProbabilities())
            : (first + shift, after.Outputs);
        double tolerance = Math.Max(Tolerance, Rounding.Of(Layer.Weight));
        return RelativeDistance.Of(seen, expected, expected) <= tolerance ? after : null;
    }
}

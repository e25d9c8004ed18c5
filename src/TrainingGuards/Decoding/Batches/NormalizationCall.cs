using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A call of a normalisation in a training pass, and how many values each of its means is taken over.</summary>
/// <param name="Path">The module's path.</param>
/// <param name="Call">Which call of it, counted from 1.</param>
/// <param name="Kind">The module's type.</param>
/// <param name="Shape">What it was given.</param>
/// <param name="Values">How many values.</param>
/// <param name="OverBatch">Whether its means run over the batch.</param>
/// <param name="Site">The line that called it; null where no symbols tell it.</param>
internal sealed record NormalizationCall(string Path, int Call, string Kind, string Shape, long Values, bool OverBatch, CallSite? Site)
{
    /// <summary>The call in the user's words.</summary>
    public string Culprit => Call == 1 ? Path : $"{Path}, call {Numbers.Text(Call)}";

    /// <summary>Whether a module takes its statistics from what it is given, in the mode that it is in.</summary>
    public static bool TakesStatistics(nn.Module module) => module switch
    {
        NormBase norm => norm.training || !norm.track_running_stats,
        GroupNorm or LayerNorm => true,
        _ => false,
    };

    /// <summary>The calls of one forward pass, in order.</summary>
    public static IReadOnlyList<NormalizationCall> In(Trial trial, Batch batch)
    {
        var calls = new List<NormalizationCall>();
        void Entered(string path, nn.Module module, Tensors inputs)
        {
            if (!TakesStatistics(module) || inputs.Count != 1) return;
            Tensor input = inputs[0];
            calls.Add(new(path, 1 + calls.Count(call => call.Path == path), module.GetType().Name, ShapeText.Of(input), ValuesOf(module, input), IsOverBatch(module), CallSite.Here()));
        }

        using (new ModuleHooks(trial.Model, Entered, (_, _, _) => { })) trial.Forward(batch.Inputs);
        return calls;
    }

    /// <summary>Why it sees one value.</summary>
    public Starvation Reason(long batchSize) => !OverBatch ? Starvation.WithinExample : batchSize > 1 ? Starvation.BatchTakenApart : Starvation.SmallBatch;

    private static bool IsOverBatch(nn.Module module) => module is BatchNorm;

    private static long ValuesOf(nn.Module module, Tensor input)
    {
        long[] shape = input.shape;
        long count = input.numel();
        // An instance normalisation of an input without a batch dimension has the channels first.
        return module switch
        {
            BatchNorm => count / Math.Max(1, shape[1]),
            InstanceNorm norm => count / Math.Max(1, shape[0] == norm.num_features && shape.Length == Dimensions(norm) - 1 ? shape[0] : shape[0] * shape[1]),
            GroupNorm norm => count / Math.Max(1, shape[0] * norm.num_groups),
            LayerNorm norm => norm.normalized_shape.Aggregate(1L, (product, size) => product * size),
            _ => count,
        };
    }

    private static int Dimensions(InstanceNorm norm) => norm switch
    {
        InstanceNorm1d => 3,
        InstanceNorm2d => 4,
        _ => 5,
    };
}

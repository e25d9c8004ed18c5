using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads why an untrained model is sure of itself: a layer that multiplies, inputs out of scale, or one class that all examples get.</summary>
internal static class SureStart
{
    // Default initialisation has a gain of 0.58, He's 1.41, tanh's 1.67; inputs are scaled to about 1.
    private const double LargeGain = 3, LargeInput = 10, Common = 0.5;

    public static (IReadOnlyList<Cause> Causes, Place? Where) Of(Trial trial, Tensor logProbabilities)
    {
        using IDisposable scope = trial.Scope();
        var causes = new List<Cause>();
        WeightedLayer[] large = [.. WeightedLayer.In(trial.Model).Where(layer => layer.Gain > LargeGain)];
        double sure = logProbabilities.exp().amax([-1L]).mean().ToDouble();
        string prediction = $"the likeliest class gets {Numbers.Text(100 * sure)} % on average";
        if (large.Length > 0)
        {
            WeightedLayer worst = large.MaxBy(layer => layer.Gain)!;
            causes.Add(new(
                $"{prediction}: {Words.List([.. large.Select(layer => $"`{layer.WeightName}`")])} {(large.Length == 1 ? "multiplies" : "multiply")} what enters by up to {Numbers.Text(worst.Gain)}; weights of root mean square "
                + $"{Numbers.Text(worst.Gain / Math.Sqrt(worst.FanIn))} for {Numbers.Text(worst.FanIn)} inputs, where √(2/{Numbers.Text(worst.FanIn)}) = {Numbers.Text(Math.Sqrt(2.0 / worst.FanIn))} keeps the size",
                $"initialise {Words.List([.. large.Select(layer => $"`{layer.WeightName}`")])} with TorchSharp's default or kaiming_normal_"));
        }
        double input = trial.Batch.Inputs.Where(tensor => tensor.is_floating_point()).Select(Rms).DefaultIfEmpty(0).Max();
        if (input > LargeInput)
            causes.Add(new($"{prediction}, and the inputs have a root mean square of {Numbers.Text(input)}: they are not scaled", "scale the inputs to mean 0 and standard deviation 1"));
        Tensor mean = logProbabilities.mean([0L], keepdim: true), centred = mean - mean.mean();
        double common = centred.square().mean().ToDouble() / (logProbabilities - logProbabilities.mean([-1L], keepdim: true)).square().mean().ToDouble();
        if (common > Common)
        {
            long favourite = mean.argmax().ToInt64();
            causes.Add(new(
                $"{prediction}, and {Numbers.Text(100 * common)} % of what tells classes apart is the same for all examples: class {Numbers.Text(favourite)} is preferred whatever the input",
                "begin with a bias of 0 in the last layer, or with log π, the classes' shares (FinalBiasMatchesPrior)"));
        }
        if (causes.Count == 0)
        {
            double spread = (logProbabilities - logProbabilities.mean([-1L], keepdim: true)).square().mean().sqrt().ToDouble();
            causes.Add(new(
                $"{prediction}, and its outputs differ by {Numbers.Text(spread)} in root mean square between classes; no single layer multiplies by more than {Numbers.Text(LargeGain)}, the inputs are in scale, and no class is preferred: it is what layers do together, or what stands between them",
                "let SignalPropagates show where numbers grow, and look between the layers for a softmax or a normalisation that is missing"));
        }
        return (causes, large.Length > 0 ? large.MaxBy(layer => layer.Gain)!.Place(trial.Model) : null);
    }

    private static double Rms(Tensor tensor) => tensor.to(ScalarType.Float64).square().mean().sqrt().ToDouble();
}

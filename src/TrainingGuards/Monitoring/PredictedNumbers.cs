using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>An output that says numbers of each example. Two looks are compared by Lin's concordance correlation, all columns together.</summary>
internal sealed class PredictedNumbers : PredictedOutput
{
    private readonly double _targetSpread = double.NaN;

    public PredictedNumbers(int index, string name, Tensor output, Tensor? target) : base(index, name)
    {
        if (target is { } known && known.is_floating_point() && known.dim() > 0 && known.numel() == output.numel() && known.shape[0] == output.shape[0])
            _targetSpread = Math.Sqrt(HostNumbers.Of(Scatter(Columns(known)))[0] / known.numel());
    }

    protected override (Tensor Kept, PredictionSample Sample) Compare(Tensor output, Tensor? previous)
    {
        Tensor now = Columns(output), before = previous ?? now, scatter = Scatter(now);
        // ρ of Lin (1989): what differs over what would where the two had nothing to do with each other.
        Tensor unrelated = scatter + Scatter(before) + (now.shape[0] * (now.mean([0L]) - before.mean([0L])).square().sum());
        double[] numbers = HostNumbers.Of(stack([(now - before).square().sum(), unrelated, scatter]));
        double spread = Math.Sqrt(numbers[2] / output.numel());
        return (now, new(Name, PredictionKind.Numbers, output.numel(), previous is null ? double.NaN : numbers[1] > 0 ? numbers[0] / numbers[1] : 0)
        {
            Spread = _targetSpread > 0 ? spread / _targetSpread : spread,
            HasTargets = _targetSpread > 0,
        });
    }

    protected override void DisposeTargets()
    {
    }

    private static Tensor Columns(Tensor tensor) => tensor.detach().reshape(tensor.shape[0], -1).to(ScalarType.Float32);

    private static Tensor Scatter(Tensor columns) => (columns - columns.mean([0L], keepdim: true)).square().sum();
}

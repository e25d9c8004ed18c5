using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>Steps whose loss has not been read yet: on a GPU reading it makes the host wait, so several are read at once.</summary>
internal sealed class PendingLosses : IDisposable
{
    private const int OnGpu = 32;

    private readonly List<(StepSample Step, Tensor Loss)> _waiting = [];

    /// <summary>Whether reading a loss there makes nobody wait.</summary>
    public static bool IsReadAtOnce(Device device) => device.type != TorchSharp.DeviceType.CUDA;

    /// <summary>Takes in a step and a copy of its loss; returns whether they are to be read.</summary>
    public bool Add(StepSample step, Tensor loss)
    {
        _waiting.Add((step, TensorBits.Copy(loss)));
        return _waiting.Count >= OnGpu;
    }

    /// <summary>The steps with their losses, in order, in one copy to the host.</summary>
    public IReadOnlyList<StepSample> Take()
    {
        if (_waiting.Count == 0) return [];
        using var scope = NewDisposeScope();
        double[] losses = HostNumbers.Of(stack([.. _waiting.Select(one => one.Loss.reshape(1).to(ScalarType.Float64))]));
        StepSample[] steps = [.. _waiting.Select((one, i) => one.Step with { Loss = losses[i] })];
        Dispose();
        return steps;
    }

    public void Dispose()
    {
        foreach ((_, Tensor loss) in _waiting) loss.Dispose();
        _waiting.Clear();
    }
}

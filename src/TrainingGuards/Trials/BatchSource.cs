using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>The batches that a trial trains on: those of the setup's <c>Batch</c>, else those of its training examples, epoch after epoch.</summary>
internal sealed class BatchSource(Setup setup, Device device) : IDisposable
{
    private IEnumerator<Batch>? _epoch;
    private long _size;

    /// <summary>A copy of the next batch, on the device.</summary>
    /// <exception cref="SetupException">It has fewer than two examples, disagreeing sizes, or NaN in it; or there are no training examples.</exception>
    public Batch Next() => Unscoped.Call(() =>
    {
        Batch batch = (setup.Batch is { } yield ? yield() : NextOfEpoch())
            ?? throw new SetupException(given: "a Batch that returns null", expected: "inputs and targets", remedy: "return (inputs, targets) from the delegate");
        SetupValidation.CheckBatch(batch);
        return batch.CopyTo(device);
    });

    public void Dispose() => _epoch?.Dispose();

    // The last batch of an epoch may be smaller: it is passed over, for what a check compares are batches of one size.
    private Batch NextOfEpoch()
    {
        for (int epochs = 0; epochs < 2;)
        {
            _epoch ??= setup.Training!.Epoch().GetEnumerator();
            while (_epoch.MoveNext())
            {
                if (_epoch.Current is not { } batch || batch.Size < _size) continue;
                _size = batch.Size;
                return batch;
            }
            _epoch.Dispose();
            _epoch = null;
            epochs++;
        }
        throw new SetupException(given: "Training examples without a batch", expected: "at least one batch an epoch", remedy: "check that the data was found, and that its delegate begins a new epoch at each call");
    }
}

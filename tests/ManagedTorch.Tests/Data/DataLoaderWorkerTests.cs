using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace ManagedTorch.Tests.Data;

public class DataLoaderWorkerTests
{
    [Fact]
    public void Workers_read_examples_at_the_same_time()
    {
        using Barrier meeting = new(participantCount: 2);
        using var loader = DataLoader(new Meeting(meeting), 2, num_worker: 2);
        Assert.Equal([1f, 1f], loader.Select(batch => batch["met"].data<float>().ToArray()).Single());
    }

    [Fact]
    public void By_default_one_worker_reads_one_example_after_another()
    {
        using Barrier meeting = new(participantCount: 1);
        Meeting set = new(meeting);
        using var loader = DataLoader(set, 4);
        Assert.Single(loader);
        Assert.Equal(1, loader.num_workers);
        Assert.Equal(1, set.MostAtOnce);
    }

    /// <summary>Two examples that wait for as many readers as the meeting has participants, and say whether all came.</summary>
    private sealed class Meeting(Barrier barrier) : Dataset
    {
        private readonly object _gate = new();
        private int _reading;

        public override long Count => 2;

        public int MostAtOnce { get; private set; }

        public override Dictionary<string, Tensor> GetTensor(long index)
        {
            lock (_gate) MostAtOnce = Math.Max(MostAtOnce, ++_reading);
            bool met = barrier.SignalAndWait(TimeSpan.FromMinutes(1));
            lock (_gate) _reading--;
            return new() { ["met"] = tensor(met ? 1f : 0f) };
        }
    }
}

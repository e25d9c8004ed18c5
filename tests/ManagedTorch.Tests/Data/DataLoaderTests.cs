using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace ManagedTorch.Tests.Data;

public class DataLoaderTests
{
    [Fact]
    public void The_order_is_that_of_the_data_set_by_default() =>
        Assert.Equal([0, 1, 2, 3, 4], Epoch(DataLoader(new Numbers(5), 2)));

    [Fact]
    public void A_seed_repeats_one_order_every_epoch()
    {
        using var loader = DataLoader(new Numbers(20), 4, shuffle: true, seed: 5);
        long[] first = Epoch(loader);
        Assert.NotEqual(Enumerable.Range(0, 20).Select(i => (long)i), first);
        Assert.Equal(first, Epoch(loader));
    }

    [Fact]
    public void Without_a_seed_each_epoch_has_another_order()
    {
        using var loader = DataLoader(new Numbers(100), 10, shuffle: true);
        Assert.NotEqual(Epoch(loader), Epoch(loader));
    }

    [Fact]
    public void manual_seed_does_not_reach_the_order()
    {
        using var loader = DataLoader(new Numbers(100), 10, shuffle: true);
        manual_seed(3);
        long[] first = Epoch(loader);
        manual_seed(3);
        Assert.NotEqual(first, Epoch(loader));
    }

    [Fact]
    public void An_epoch_visits_every_example_once()
    {
        using var loader = DataLoader(new Numbers(17), 4, shuffle: true, seed: 1);
        Assert.Equal(Enumerable.Range(0, 17).Select(i => (long)i), Epoch(loader).Order());
    }

    [Fact]
    public void drop_last_leaves_out_the_batch_that_is_not_full()
    {
        using var loader = DataLoader(new Numbers(5), 2, drop_last: true);
        Assert.Equal(2, loader.Count);
        Assert.Equal([0, 1, 2, 3], Epoch(loader));
    }

    [Fact]
    public void Count_includes_the_batch_that_is_not_full() => Assert.Equal(3, DataLoader(new Numbers(5), 2).Count);

    [Fact]
    public void A_batch_is_disposed_at_the_next()
    {
        using var loader = DataLoader(new Numbers(4), 2);
        using var batches = loader.GetEnumerator();
        batches.MoveNext();
        Tensor first = batches.Current["number"];
        Assert.False(first.IsInvalid);
        batches.MoveNext();
        Assert.True(first.IsInvalid);
    }

    [Fact]
    public void A_batch_lives_on_where_the_loader_does_not_dispose_it()
    {
        using var loader = DataLoader(new Numbers(4), 2, disposeBatch: false);
        List<Tensor> batches = [.. loader.Select(batch => batch["number"])];
        Assert.All(batches, batch => Assert.False(batch.IsInvalid));
    }

    [Fact]
    public void Entries_are_stacked_along_a_new_first_dimension()
    {
        using var loader = DataLoader(new Numbers(4), 3);
        Assert.Equal([3, 1], loader.Select(batch => batch["number"].shape).First());
    }

    [Fact]
    public void A_sampler_gives_the_order()
    {
        using var loader = DataLoader(new Numbers(4), 2, (IEnumerable<long>)[3, 1, 2]);
        Assert.Equal([3, 1, 2], Epoch(loader));
    }

    [Fact]
    public void TensorDataset_gives_rows()
    {
        using Tensor inputs = arange(6).reshape(3, 2), targets = arange(3);
        using var loader = DataLoader(TensorDataset(inputs, targets), 2);
        List<(long[] Inputs, long[] Targets)> batches =
            [.. loader.Select(batch => (batch[0].reshape(-1).data<long>().ToArray(), batch[1].data<long>().ToArray()))];
        Assert.Equal([0, 1, 2, 3], batches[0].Inputs);
        Assert.Equal([2], batches[1].Targets);
    }

    [Fact]
    public void TensorDataset_keeps_its_own_handles()
    {
        Tensor values = arange(3);
        using TensorDataset set = TensorDataset(values);
        values.Dispose();
        using Tensor row = set.GetTensor(2)[0];
        Assert.Equal(2, row.item<long>());
    }

    [Fact]
    public void TensorDataset_refuses_tensors_of_different_lengths()
    {
        using Tensor three = arange(3), two = arange(2);
        Assert.Throws<ArgumentException>(() => TensorDataset(three, two));
    }

    [Fact]
    public void Dispose_disposes_the_data_set()
    {
        Numbers set = new(1);
        DataLoader(set, 1).Dispose();
        Assert.True(set.IsDisposed);
        Numbers kept = new(1);
        DataLoader(kept, 1, disposeDataset: false).Dispose();
        Assert.False(kept.IsDisposed);
    }

    [Fact]
    public void What_the_data_set_makes_is_disposed_with_its_batch()
    {
        Numbers set = new(2);
        using var loader = DataLoader(set, 2);
        using var batches = loader.GetEnumerator();
        batches.MoveNext();
        Assert.All(set.Made, made => Assert.True(made.IsInvalid));
    }

    [Fact]
    public void FisherYatesShuffler_repeats_the_order_of_its_seed()
    {
        FisherYatesShuffler shuffler = new(10, seed: 4);
        Assert.Equal(shuffler, new FisherYatesShuffler(10, seed: 4));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), shuffler.Order());
    }

    private static long[] Epoch(DataLoader loader)
    {
        List<long> numbers = [];
        foreach (Dictionary<string, Tensor> batch in loader)
        {
            numbers.AddRange(batch["number"].data<long>().ToArray());
        }
        return [.. numbers];
    }

    private sealed class Numbers(long count) : Dataset
    {
        public override long Count => count;

        public bool IsDisposed { get; private set; }

        public List<Tensor> Made { get; } = [];

        public override Dictionary<string, Tensor> GetTensor(long index)
        {
            Tensor number = tensor([index]);
            lock (Made)
            {
                Made.Add(number);
            }
            return new() { ["number"] = number };
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}

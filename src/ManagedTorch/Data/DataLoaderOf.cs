using System.Collections;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The batches of a data set, one epoch at each enumeration. A batch is disposed when the next one is asked for.</summary>
public class DataLoader<T, S> : IEnumerable<S>, IDisposable
{
    public DataLoader(
        utils.data.Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, Device, S> collate_fn, IEnumerable<long> shuffler, Device? device = null,
        int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
    {
        this.dataset = dataset;
        batch_size = batchSize;
        this.collate_fn = collate_fn;
        sampler = shuffler;
        Device = device ?? CPU;
        num_workers = Math.Max(num_worker, 1);
        this.drop_last = drop_last;
        DisposeBatch = disposeBatch;
        DisposeDataset = disposeDataset;
    }

    public DataLoader(
        utils.data.Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, Device, S> collate_fn, bool shuffle = false, Device? device = null,
        int? seed = null, int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
        : this(
            dataset, batchSize, collate_fn, shuffle ? new FisherYatesShuffler(dataset.Count, seed) : InOrder(dataset.Count), device, num_worker,
            drop_last, disposeBatch, disposeDataset)
    {
    }

    public utils.data.Dataset<T> dataset { get; }

    public int batch_size { get; }

    public bool drop_last { get; }

    public IEnumerable<long> sampler { get; }

    public int num_workers { get; }

    public Func<IEnumerable<T>, Device, S> collate_fn { get; }

    public Device Device { get; }

    public bool DisposeBatch { get; }

    public bool DisposeDataset { get; }

    /// <summary>The number of batches in an epoch.</summary>
    public long Count => drop_last ? dataset.Count / batch_size : (dataset.Count - 1) / batch_size + 1;

    public IEnumerator<S> GetEnumerator() => new Epoch(this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && DisposeDataset)
        {
            dataset.Dispose();
        }
    }

    private static IEnumerable<long> InOrder(long count)
    {
        for (long i = 0; i < count; i++)
        {
            yield return i;
        }
    }

    private sealed class Epoch(DataLoader<T, S> loader) : IEnumerator<S>
    {
        private IEnumerator<long> order = loader.sampler.GetEnumerator();
        private IReadOnlyList<IDisposable> batch = [];
        private S current = default!;

        public S Current => current;

        object? IEnumerator.Current => current;

        public bool MoveNext()
        {
            DisposeAll(batch);
            batch = [];

            List<long> indices = [];
            while (indices.Count < loader.batch_size && order.MoveNext())
            {
                indices.Add(order.Current);
            }
            if (indices.Count == 0 || (loader.drop_last && indices.Count < loader.batch_size))
            {
                return false;
            }

            T[] examples = new T[indices.Count];
            IReadOnlyList<IDisposable>[] made = new IReadOnlyList<IDisposable>[indices.Count];
            Enumerable.Range(0, indices.Count).AsParallel().WithDegreeOfParallelism(loader.num_workers).ForAll(i =>
            {
                using DisposeScope scope = NewDisposeScope();
                examples[i] = loader.dataset.GetTensor(indices[i]);
                made[i] = DetachAll(scope);
            });

            using (DisposeScope scope = NewDisposeScope())
            {
                current = loader.collate_fn(examples, loader.Device);
                IReadOnlyList<IDisposable> collated = DetachAll(scope);
                batch = loader.DisposeBatch ? collated : [];
            }
            foreach (IReadOnlyList<IDisposable> disposables in made)
            {
                DisposeAll(disposables);
            }
            return true;
        }

        public void Reset()
        {
            DisposeAll(batch);
            batch = [];
            order.Dispose();
            order = loader.sampler.GetEnumerator();
        }

        public void Dispose()
        {
            order.Dispose();
            DisposeAll(batch);
            batch = [];
        }

        private static IReadOnlyList<IDisposable> DetachAll(DisposeScope scope)
        {
            IReadOnlyList<IDisposable> all = scope.DisposablesView;
            scope.Detach(all);
            return all;
        }

        private static void DisposeAll(IReadOnlyList<IDisposable> disposables)
        {
            foreach (IDisposable disposable in disposables)
            {
                disposable.Dispose();
            }
        }
    }
}

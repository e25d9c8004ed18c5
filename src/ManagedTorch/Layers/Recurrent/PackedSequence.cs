namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                public sealed class PackedSequence : IScopedDisposable
                {
                    private DisposeScope? scope;
                    private bool disposed;

                    /// <summary>Takes the tensors over. Without an order the sequences were sorted by length when they were packed.</summary>
                    internal PackedSequence(Tensor data, Tensor batchSizes, Tensor? sorted, Tensor? unsorted)
                    {
                        this.data = data.DetachFromDisposeScope();
                        batch_sizes = batchSizes.DetachFromDisposeScope();
                        sorted_indices = (sorted ?? Tensor.Undefined).DetachFromDisposeScope();
                        unsorted_indices = (unsorted ?? Tensor.Undefined).DetachFromDisposeScope();
                        DisposeScopeManager.OfThread.Register(this);
                    }

                    public readonly Tensor data;

                    public readonly Tensor batch_sizes;

                    public readonly Tensor sorted_indices;

                    public readonly Tensor unsorted_indices;

                    DisposeScope? IScopedDisposable.OwningDisposeScope
                    {
                        get => scope;
                        set
                        {
                            scope = value;
                            foreach (IScopedDisposable part in Parts) part.OwningDisposeScope = value;
                        }
                    }

                    LifetimeStatistics IScopedDisposable.Statistics(ThreadDisposeScopeStatistics ofThread) => ofThread.PackedSequenceStatistics;

                    private Tensor[] Parts => [data, batch_sizes, sorted_indices, unsorted_indices];

                    /// <summary>How many sequences have each step, on the host.</summary>
                    internal long[] BatchSizes => batch_sizes.Packed().Flat<long>().ToArray();

                    /// <summary>Other elements in the same arrangement.</summary>
                    internal PackedSequence With(Tensor elements) => new(elements, Shared(batch_sizes)!, Shared(sorted_indices), Shared(unsorted_indices));

                    public void Dispose()
                    {
                        if (disposed) return;
                        disposed = true;
                        foreach (Tensor part in Parts) part.Dispose();
                        DisposeScopeManager.OfThread.Disposing(this);
                    }

                    public PackedSequence MoveToOuterDisposeScope()
                    {
                        scope?.MoveToOuter(this);
                        return this;
                    }

                    public PackedSequence DetachFromDisposeScope()
                    {
                        scope?.Detach(this);
                        return this;
                    }

                    public PackedSequence MoveToOtherDisposeScope(PackedSequence other) => MoveToOtherDisposeScope(other.scope);

                    public PackedSequence MoveToOtherDisposeScope(DisposeScope? other)
                    {
                        if (scope is { } owner) owner.MoveToOther(other, this);
                        else other?.Attach(this);
                        return this;
                    }

                    private static Tensor? Shared(Tensor tensor) => tensor.IsInvalid ? null : new(tensor.Impl);
                }
            }
        }
    }
}

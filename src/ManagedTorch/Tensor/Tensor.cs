using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A handle to a tensor: several may share one, as where the native library returns its argument.</summary>
    public partial class Tensor : IScopedDisposable
    {
        private static long totalCount;
        private static long peakCount;

        private TensorImpl? impl;
        private bool isTemporary;

        internal Tensor(TensorImpl impl, bool register = true)
        {
            this.impl = impl;
            impl.Retain();
            if (Temporaries.Current is { } temporaries && register)
            {
                isTemporary = true;
                GC.SuppressFinalize(this);
                temporaries.Add(this);
                return;
            }
            Count();
            if (register) DisposeScopeManager.OfThread.Register(this);
        }

        // A handle of no tensor, which is how TorchSharp says that there is none where a list must have an entry.
        private Tensor() => GC.SuppressFinalize(this);

        ~Tensor() => Dispose(false);

        internal static Tensor Undefined => new();

        public static long TotalCount => Interlocked.Read(ref totalCount);

        public static long PeakCount => Interlocked.Read(ref peakCount);

        public bool IsInvalid => impl is null;

        public string? name { get; set; }

        internal TensorImpl Impl => impl ?? throw new InvalidOperationException("The tensor has been disposed of, or moved: it has no handle.");

        internal DisposeScope? OwningDisposeScope { get; private set; }

        DisposeScope? IScopedDisposable.OwningDisposeScope
        {
            get => OwningDisposeScope;
            set => OwningDisposeScope = value;
        }

        LifetimeStatistics IScopedDisposable.Statistics(ThreadDisposeScopeStatistics ofThread) => ofThread.TensorStatistics;

        /// <summary>The result of an operation leaves it: from here on it counts.</summary>
        internal void Publish(Temporaries? outer)
        {
            if (!isTemporary || impl is null) return;
            if (outer is not null)
            {
                outer.Add(this);
                return;
            }
            isTemporary = false;
            GC.ReRegisterForFinalize(this);
            Count();
            DisposeScopeManager.OfThread.Register(this);
        }

        /// <summary>Hands this handle's tensor over, as a Parameter made of a tensor takes it; the handle is invalid afterwards.</summary>
        internal TensorImpl TakeImpl()
        {
            TensorImpl taken = Impl;
            taken.Retain();
            Dispose();
            return taken;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            TensorImpl? released = Interlocked.Exchange(ref impl, null);
            if (released is null) return;
            if (!isTemporary)
            {
                Interlocked.Decrement(ref totalCount);
                if (disposing) DisposeScopeManager.OfThread.Disposing(this);
            }
            // A forgotten handle gives nothing back: a span of its elements may still be in use where it was last seen.
            if (disposing) released.Release();
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        [Obsolete("The name is misspelled: DetachFromDisposeScope.", error: false)]
        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope) scope.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        [SuppressMessage("Design", "CA1065", Justification = "an equality of elements, as in TorchSharp")]
        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => base.GetHashCode();

        private static void Count()
        {
            long total = Interlocked.Increment(ref totalCount);
            long peak = Interlocked.Read(ref peakCount);
            while (total > peak)
            {
                long seen = Interlocked.CompareExchange(ref peakCount, total, peak);
                if (seen == peak) return;
                peak = seen;
            }
        }
    }

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.OfThread.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.OfThread.CurrentDisposeScope;

    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}

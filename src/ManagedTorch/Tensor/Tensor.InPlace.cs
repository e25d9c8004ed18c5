namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>
        /// Replaces the elements by what <paramref name="compute"/> makes of the tensor. Where that is recorded, the tensor (or the base it is a view
        /// of) gets the result's place in the graph; else <paramref name="direct"/>, if there is one, may write where the elements lie.
        /// </summary>
        /// <param name="others">What else the result is computed from.</param>
        /// <param name="compute">The result as a new tensor.</param>
        /// <param name="direct">The same written into this tensor, outside the graph.</param>
        /// <param name="mayOverlap">Whether all elements get the same value, so that several of them may lie at one place.</param>
        internal Tensor InPlace(ReadOnlySpan<Tensor?> others, Func<Tensor, Tensor> compute, Action? direct = null, bool mayOverlap = false)
        {
            bool records = Op.Records(others) || Op.Records([this]);
            if (records) RefuseRecordedWrite();
            if (!mayOverlap) RefuseOverlap();
            using Temporaries own = Temporaries.Enter();
            if (!records && direct is not null)
            {
                direct();
                Impl.Storage.Written();
                return this;
            }
            Tensor result = compute(records ? Snapshot() : this);
            if (!result.Sizes.AsSpan().SequenceEqual(Sizes))
                throw TorchError.Of($"What is written in place is of {Shapes.Text(result.Sizes)}, the broadcast shape, and does not fit into {Shapes.Text(Sizes)}.");
            if (ScalarTypes.Category(result.dtype) > ScalarTypes.Category(dtype))
                throw TorchError.Of($"A result of {result.dtype} is not written in place into a tensor of {dtype}: convert it first, or use the operation that returns a new tensor.");
            if (records && result.dtype != dtype) result = result.to(dtype);
            Casting.Copy(result, this);
            Impl.Storage.Written();
            if (records) Rebase(Graph.EdgeOf(result.Impl));
            return this;
        }

        private void RefuseRecordedWrite()
        {
            if (Impl.Autograd is not { } meta) return;
            if (meta is { RequiresGrad: true, GradFn: null }) throw TorchError.Of("An in-place operation would write to a leaf Variable that requires grad. Write in no_grad, or to a copy.");
            if (meta.View is not { } view) return;
            view.RefuseWrite("is written");
            if (Graph.RequiresGrad(view.Base) && Graph.GradFn(view.Base) is null)
                throw TorchError.Of("An in-place operation would write to a view of a leaf Variable that requires grad. Write in no_grad, or to a copy.");
        }

        private void RefuseOverlap()
        {
            for (int d = 0; d < Rank; d++)
            {
                if (Strides[d] == 0 && Sizes[d] > 1)
                {
                    throw TorchError.Of("Several elements of what is to be written lie at a single memory location, as in an expanded tensor: clone() it first.");
                }
            }
        }

        // The tensor as it was, for backward functions that need it: the elements themselves are about to change.
        private Tensor Snapshot()
        {
            Tensor copy = Pointwise.Fresh(Sizes, dtype, device);
            Casting.Copy(this, copy);
            if (Graph.GradFn(Impl) is { } node) copy.Impl.Autograd = new() { GradFn = node, OutputNr = Impl.Autograd!.OutputNr };
            return copy;
        }

        /// <summary>Gives what was written the result's place in the graph; of a view, its part of the base's.</summary>
        internal void Rebase(Edge result)
        {
            AutogradMeta meta = Impl.Autograd ??= new();
            if (meta.View is not { } view)
            {
                (meta.GradFn, meta.OutputNr) = (result.Node, result.OutputNr);
                meta.Rebased++;
                return;
            }
            AutogradMeta whole = view.Base.Autograd ??= new();
            FunctionNode node = StridedView.Replacement(view.Base, Impl, Graph.EdgeOf(view.Base), result);
            whole.GradFn = node;
            whole.OutputNr = node.AddOutput(view.Base);
            whole.Rebased++;
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Graph.RequiresGrad(Impl);
            set => requires_grad_(value);
        }

        public bool is_leaf => Graph.GradFn(Impl) is null;

        public Tensor? grad
        {
            get => Impl.Autograd?.Grad is { } grad ? new Tensor(grad) : null;
            set
            {
                if (value is not null)
                {
                    if (!value.Sizes.AsSpan().SequenceEqual(Sizes))
                        throw TorchError.Of($"A tensor of {Shapes.Text(Sizes)} has a gradient of that shape, not of {Shapes.Text(value.Sizes)}.");
                    if (value.dtype != dtype) throw TorchError.Of($"A tensor of {dtype} has a gradient of that type, not of {value.dtype}.");
                }
                (Impl.Autograd ??= new()).SetGrad(value?.Impl);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            if (requires_grad && !IsFloating) throw TorchError.Of($"Gradients are of floating point numbers: a tensor of {dtype} cannot require one.");
            if (!is_leaf)
            {
                if (requires_grad) return this;
                throw TorchError.Of("requires_grad is taken off leaves alone; this tensor was computed. detach() gives its elements outside the graph.");
            }
            if (requires_grad || Impl.Autograd is not null) (Impl.Autograd ??= new()).RequiresGrad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad()
        {
            if (!requires_grad) throw TorchError.Of("A tensor that does not require grad has none to retain.");
            if (Graph.GradFn(Impl) is not { } node || Impl.Autograd!.RetainsGrad) return;
            Impl.Autograd.RetainsGrad = true;
            node.RetainGrad(Impl.Autograd.OutputNr, Impl);
        }

        /// <summary>The same elements, outside the graph.</summary>
        public Tensor detach() => new(new TensorImpl(Impl.Storage, Impl.Sizes, Impl.Strides, Impl.Offset));

        public Tensor detach_()
        {
            if (Impl.Autograd is not { } meta) return this;
            if (meta.View is not null) throw TorchError.Of("A view is not taken out of the graph in place: use detach().");
            meta.GradFn = null;
            meta.OutputNr = 0;
            meta.RequiresGrad = false;
            return this;
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);

        /// <summary>The sum over what broadcasting added to a tensor of these sizes.</summary>
        internal Tensor SumTo(long[] sizes)
        {
            if (Sizes.AsSpan().SequenceEqual(sizes)) return this;
            int added = Rank - sizes.Length;
            var dims = new List<long>();
            for (int d = 0; d < Rank; d++)
            {
                if (d < added || (sizes[d - added] == 1 && Sizes[d] != 1)) dims.Add(d);
            }
            Tensor summed = dims.Count == 0 ? this : sum(dims.ToArray(), keepdim: true);
            return added == 0 ? summed : summed.reshape(sizes);
        }
    }
}

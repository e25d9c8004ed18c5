using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A tensor that a module learns. It takes over the data it is made from: that tensor is invalid afterwards.</summary>
        public class Parameter : torch.Tensor
        {
            public Parameter(torch.Tensor data, bool requires_grad = true) : this(data.with_requires_grad(requires_grad), data.OwningDisposeScope)
            {
            }

            private Parameter(torch.Tensor data, DisposeScope? scope) : base(data.TakeImpl(), register: false)
            {
                // What was taken is held twice now: by the transfer and by this handle.
                Impl.Release();
                if (scope is not null)
                {
                    scope.Add(this);
                    ((IScopedDisposable)this).OwningDisposeScope = scope;
                }
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A node of a network: named parameters, buffers and submodules, and a training flag.</summary>
        public partial class Module : IDisposable
        {
            protected string? name;
            protected DeviceType _deviceType = DeviceType.CPU;
            protected int _deviceIndex = -1;

            private bool isTraining = true;

            protected Module(string name) => this.name = name;

            public virtual bool training => isTraining;

            /// <summary>True from the module's own disposal on; a parent then takes it for no module at all.</summary>
            internal bool IsDisposed { get; private set; }

            public virtual string GetName() => string.IsNullOrEmpty(name) ? "torch::nn::Module" : name;

            public virtual void train(bool train = true)
            {
                isTraining = train;
                foreach (var (_, child) in named_children())
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var (_, parameter) in named_parameters())
                {
                    using Tensor? grad = parameter.grad;
                    if (grad is null)
                    {
                        continue;
                    }
                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        grad.zero_();
                    }
                }
            }

            /// <summary>Runs <paramref name="fn"/> on every submodule, children before parents, and on this module last.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, submodule) in Submodules)
                {
                    submodule.apply(fn);
                }
                fn(this);
                return this;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || IsDisposed)
                {
                    return;
                }
                foreach (var (_, buffer) in named_buffers(recurse: false))
                {
                    buffer.DetachFromDisposeScope().Dispose();
                }
                foreach (var (_, parameter) in named_parameters(recurse: false))
                {
                    parameter.DetachFromDisposeScope().Dispose();
                }
                foreach (var (_, submodule) in named_modules())
                {
                    submodule.Dispose();
                }
                IsDisposed = true;
            }

            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());
        }
    }
}

// TorchSharp says nothing of null here, and a user's override must compile whichever way it is annotated.
#nullable disable annotations

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a custom function's forward leaves for its backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];
            private List<Tensor> toSave = [];
            private List<Saved> saved = [];

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            internal List<Tensor> Dirty { get; private set; } = [];

            internal List<Tensor> NonDifferentiable { get; private set; } = [];

            public void save_for_backward(List<Tensor> tensors) => toSave = tensors;

            public void save_data(string key, object value)
            {
                if (value is Tensor) Console.WriteLine("A tensor was given to save_data(): tensors belong into save_for_backward().");
                data[key] = value;
            }

            public object get_data(string key) => data.GetValueOrDefault(key);

            public void mark_dirty(List<Tensor> tensors) => Dirty = [.. tensors];

            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = [.. tensors];

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            /// <summary>The saved tensors, null where none was given: each connected to the graph as it was, so that a recorded backward has derivatives too.</summary>
            public List<Tensor> get_saved_variables() => [.. saved.Select(s => s?.Tensor)];

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                saved.ForEach(s => s?.Free());
                saved = [];
            }

            // After the outputs have their place in the graph: one that is saved must be read with it.
            internal void Save(FunctionNode node)
            {
                saved = [.. toSave.Select(tensor => tensor is null or { IsInvalid: true } ? null : Saved.Of(tensor))];
                Saved.HandOver(node);
            }
        }
    }
}

using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Tensors of one first size: example i is row i of each.</summary>
        public class TensorDataset : utils.data.IterableDataset
        {
            private readonly Tensor[] tensors;

            internal TensorDataset(Tensor[] tensors)
            {
                if (tensors is null || tensors.Length == 0)
                {
                    throw new ArgumentNullException(nameof(tensors), "A data set has one tensor at least.");
                }
                if (tensors.Any(tensor => tensor.shape[0] != tensors[0].shape[0]))
                {
                    throw new ArgumentException("All tensors must have the same first size.", nameof(tensors));
                }
                this.tensors = [.. tensors.Select(tensor => tensor.alias().DetachFromDisposeScope())];
            }

            public override long Count => tensors[0].shape[0];

            public IList<Tensor> this[long index] => [.. tensors.Select(tensor => tensor[index])];

            public override IList<Tensor> GetTensor(long index) => this[index];

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                if (disposing)
                {
                    Array.ForEach(tensors, tensor => tensor.Dispose());
                }
            }
        }
    }

    public static partial class torch
    {
        public static partial class utils
        {
            public static partial class data
            {
                public static Modules.TensorDataset TensorDataset(params Tensor[] tensors) => new(tensors);
            }
        }
    }
}

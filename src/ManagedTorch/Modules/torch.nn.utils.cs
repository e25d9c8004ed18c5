using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients by one factor so that the norm of them all is at most <paramref name="max_norm"/>; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var _ = no_grad();
                using Temporaries own = Temporaries.Enter();
                List<Tensor> grads = Gradients(tensors);
                double total = NormOf(grads, norm_type);
                // The constant keeps a norm of zero from dividing; it is part of the definition.
                double factor = max_norm / (total + 1e-6);
                if (factor < 1)
                {
                    grads.ForEach(grad => grad.mul_(factor));
                }
                return total;
            }

            /// <summary>Clamps every element of every gradient to ±<paramref name="clip_value"/>.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var _ = no_grad();
                using Temporaries own = Temporaries.Enter();
                Gradients(tensors).ForEach(grad => grad.clamp_(-clip_value, clip_value));
            }

            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors) =>
                Op.Composed(() => cat([.. tensors.Select(parameter => parameter.view(-1))], 0));

            /// <summary>Makes the parameters views of consecutive elements of a vector, in their order: they share its memory from then on.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var _ = no_grad();
                using Temporaries own = Temporaries.Enter();
                long start = 0;
                foreach (Parameter parameter in tensors)
                {
                    long length = parameter.NumberOfElements;
                    parameter.Impl.Become(vec.narrow(0, start, length).view(parameter.shape).Impl);
                    start += length;
                }
            }

            private static List<Tensor> Gradients(IEnumerable<Parameter> parameters) => [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];

            private static double NormOf(List<Tensor> tensors, double order)
            {
                if (double.IsPositiveInfinity(order))
                {
                    return tensors.Count == 0 ? 0 : tensors.Max(tensor => tensor.abs().max().ToDouble());
                }
                double sum = tensors.Sum(tensor => tensor.to(ScalarType.Float64).abs().pow(order).sum().ToDouble());
                return Math.Pow(sum, 1 / order);
            }
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initial values of parameters, written in place and outside of autograd.</summary>
        public static class init
        {
            public enum NonlinearityType
            {
                Linear = 0,
                Conv1D = 1,
                Conv2D = 2,
                Conv3D = 3,
                ConvTranspose1D = 4,
                ConvTranspose2D = 5,
                ConvTranspose3D = 6,
                Sigmoid = 7,
                Tanh = 8,
                ReLU = 9,
                LeakyReLU = 10,
            }

            public enum FanInOut
            {
                FanIn = 0,
                FanOut = 1,
            }

            /// <summary>The factor that keeps the variance through a nonlinearity; <paramref name="param"/> is the slope of a leaky ReLU.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3.0,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            /// <summary>How many inputs each output sees, and how many outputs see each input: a weight is [out, in, receptive field].</summary>
            /// <exception cref="ArgumentException">The tensor has fewer than two dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                long[] shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException("Only a tensor of two dimensions or more has a fan-in and a fan-out.", nameof(tensor));
                }
                long receptiveField = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
                return (shape[1] * receptiveField, shape[0] * receptiveField);
            }

            public static Tensor ones_(Tensor tensor) => WithoutGrad(tensor, () => tensor.fill_(1));

            public static Tensor zeros_(Tensor tensor) => WithoutGrad(tensor, () => tensor.fill_(0));

            public static Tensor constant_(Tensor tensor, Scalar val) => WithoutGrad(tensor, () => tensor.fill_(val));

            // TorchSharp does not hand the generator on: the values are the default generator's.
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                WithoutGrad(tensor, () => tensor.uniform_(low, high));

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                WithoutGrad(tensor, () => tensor.normal_(mean, std));

            public static Tensor trunc_normal_(
                Tensor tensor, double mean = 0.0, double std = 1.0, double a = -2.0, double b = 2.0, Generator? generator = null) =>
                WithoutGrad(tensor, () =>
                {
                    double[] values = rand(tensor.NumberOfElements, dtype: ScalarType.Float64).data<double>().ToArray();
                    TruncatedNormal.ToQuantiles(values, mean, std, a, b);
                    tensor.copy_(torch.tensor(values, tensor.shape, dtype: tensor.dtype, device: tensor.device));
                });

            public static Tensor eye_(Tensor tensor)
            {
                long[] shape = RequireMatrix(tensor);
                return WithoutGrad(tensor, () =>
                {
                    Tensor identity = eye(shape[0], shape[1], dtype: tensor.dtype, device: tensor.device);
                    tensor.copy_(identity);
                });
            }

            /// <summary>A convolution's weight that passes its input channels on as they are.</summary>
            public static Tensor dirac_(Tensor tensor)
            {
                long[] shape = tensor.shape;
                if (shape.Length is < 3 or > 5)
                {
                    throw new ArgumentException("Only tensors with 3, 4, or 5 dimensions are supported", nameof(tensor));
                }
                TensorIndex[] middle = [.. shape.Skip(2).Select(size => TensorIndex.Single(size / 2))];
                return WithoutGrad(tensor, () =>
                {
                    tensor.fill_(0);
                    for (long channel = 0; channel < Math.Min(shape[0], shape[1]); channel++)
                    {
                        Tensor entry = tensor[[TensorIndex.Single(channel), TensorIndex.Single(channel), .. middle]];
                        entry.fill_(1);
                    }
                });
            }

            /// <summary>Normal values, of which in every column a share is set to zero.</summary>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01)
            {
                long[] shape = RequireMatrix(tensor);
                long zeros = (long)Math.Ceiling(sparsity * shape[0]);
                return WithoutGrad(tensor, () =>
                {
                    tensor.normal_(0, std);
                    for (long column = 0; column < shape[1]; column++)
                    {
                        Tensor order = randperm(shape[0]);
                        foreach (long row in order.data<long>().Take((int)zeros))
                        {
                            Tensor entry = tensor[row, column];
                            entry.fill_(0);
                        }
                    }
                });
            }

            /// <summary>A matrix, [first size, all others], whose rows or columns, whichever are fewer, are orthonormal but for the gain.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1.0)
            {
                if (tensor.shape.Length < 2)
                {
                    throw new ArgumentException("Only tensors with 2 or more dimensions are supported", nameof(tensor));
                }
                long rows = tensor.shape[0];
                long columns = tensor.NumberOfElements / rows;
                return WithoutGrad(tensor, () =>
                {
                    Tensor random = randn(rows, columns, dtype: ScalarType.Float64);
                    double[] values = random.data<double>().ToArray();
                    Orthonormal.Fill(values, (int)rows, (int)columns);
                    Tensor orthonormal = torch.tensor(values, tensor.shape, dtype: tensor.dtype, device: tensor.device);
                    tensor.copy_(orthonormal.mul_(gain));
                });
            }

            public static Tensor kaiming_uniform_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                double bound = Math.Sqrt(3) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor kaiming_normal_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                double bound = Math.Sqrt(3) * gain * Math.Sqrt(2.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            // In TorchSharp the normal one, too, draws from the uniform distribution: of the same deviation, but bounded.
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1.0) => xavier_uniform_(tensor, gain);

            public static Tensor glorot_uniform_(Tensor tensor, double gain = 1.0) => xavier_uniform_(tensor, gain);

            public static Tensor glorot_normal_(Tensor tensor, double gain = 1.0) => xavier_normal_(tensor, gain);

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static long[] RequireMatrix(Tensor tensor) => tensor.shape is { Length: 2 } shape
                ? shape
                : throw new ArgumentException("Only tensors with 2 dimensions are supported", nameof(tensor));

            private static Tensor WithoutGrad(Tensor tensor, Action write)
            {
                using (no_grad())
                using (Temporaries.Enter())
                {
                    write();
                }
                return tensor;
            }
        }
    }
}

using System.Runtime.InteropServices;
using TorchSharp.Layers;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double eps = 1e-5)
            {
                if (input.dim() < 2) throw new ExternalException($"Batch norm is of channels, dimension 1: an input of [{string.Join(", ", input.shape)}] has none.");
                CheckChannels(input.shape[1], running_mean, nameof(running_mean));
                CheckChannels(input.shape[1], running_var, nameof(running_var));
                CheckChannels(input.shape[1], weight, nameof(weight));
                CheckChannels(input.shape[1], bias, nameof(bias));
                NormLayout layout = NormLayout.Batch(input.shape);
                if (training)
                {
                    return Norm.ByOwnStatistics(layout, input, weight, bias, eps, (mean, variance) =>
                        UpdateRunning(running_mean, running_var, mean, variance, layout.Count, momentum));
                }
                if (running_mean is null || running_var is null)
                    throw new ExternalException("Without training batch norm needs running_mean and running_var.");
                return Norm.ByFixedStatistics(layout, input, running_mean, running_var, weight, bias, eps);
            }

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
            {
                if (normalized_shape.Length == 0)
                    throw new ExternalException("normalized_shape names at least one dimension.");
                foreach (var (parameter, name) in (ReadOnlySpan<(Tensor?, string)>)[(weight, "weight"), (bias, "bias")])
                {
                    if (parameter is not null && !parameter.shape.AsSpan().SequenceEqual(normalized_shape))
                    {
                        throw new ExternalException($"A layer norm over [{string.Join(", ", normalized_shape)}] has a {name} of that shape, not of [{string.Join(", ", parameter.shape)}].");
                    }
                }
                if (input.dim() < normalized_shape.Length || !input.shape.AsSpan()[^normalized_shape.Length..].SequenceEqual(normalized_shape))
                {
                    string sizes = string.Join(", ", normalized_shape);
                    throw new ExternalException($"A layer norm over [{sizes}]: expected input with shape [*, {sizes}], not [{string.Join(", ", input.shape)}].");
                }
                return Norm.ByOwnStatistics(NormLayout.Layer(input.shape, normalized_shape.Length), input, weight, bias, eps);
            }

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
            {
                if (input.dim() < 2) throw new ExternalException($"Group norm is of channels, dimension 1: an input of {input.dim()} dimensions has none.");
                if (num_groups < 1) throw new ExternalException($"There is at least one group, not {num_groups}.");
                if (input.shape[1] % num_groups != 0)
                {
                    throw new ExternalException($"The channels of [{string.Join(", ", input.shape)}], dimension 1, do not divide into {num_groups} groups.");
                }
                CheckChannels(input.shape[1], weight, nameof(weight));
                CheckChannels(input.shape[1], bias, nameof(bias));
                return Norm.ByOwnStatistics(NormLayout.Group(input.shape, num_groups), input, weight, bias, eps);
            }

            public static Tensor instance_norm(Tensor input, Tensor? running_mean = null, Tensor? running_var = null, Tensor? weight = null, Tensor? bias = null, bool use_input_stats = true, double momentum = 0.1, double eps = 1e-5)
            {
                if (input.dim() < 3) throw new ExternalException($"Instance norm is over what follows batch and channels: an input of [{string.Join(", ", input.shape)}] has nothing there.");
                long channels = input.shape[1];
                CheckChannels(channels, running_mean, nameof(running_mean));
                CheckChannels(channels, running_var, nameof(running_var));
                CheckChannels(channels, weight, nameof(weight));
                CheckChannels(channels, bias, nameof(bias));
                if (!use_input_stats)
                {
                    if (running_mean is null || running_var is null)
                        throw new ExternalException("Without the statistics of its input instance norm needs running_mean and running_var.");
                    return Norm.ByFixedStatistics(NormLayout.Batch(input.shape), input, running_mean, running_var, weight, bias, eps);
                }
                NormLayout layout = NormLayout.Group(input.shape, channels);
                return Norm.ByOwnStatistics(layout, input, weight, bias, eps, (mean, variance) =>
                {
                    // What is kept is the mean over the images of each image's own statistics.
                    Tensor means = mean.reshape(-1, channels).mean([0]), variances = variance.reshape(-1, channels).mean([0]);
                    UpdateRunning(running_mean, running_var, means, variances, layout.Count, momentum);
                });
            }

            public static Tensor local_response_norm(Tensor input, long size, double alpha = 0.0001, double beta = 0.75, double k = 1.0) => Op.Composed(input, input =>
            {
                if (input.dim() < 3)
                    throw new ArgumentException($"Expected 3D or higher dimensionality input (got {input.dim()} dimensions).", nameof(input));
                Tensor squares = input.square().reshape(input.shape[0], 1, input.shape[1], -1);
                Tensor padded = pad(squares, [0, 0, size / 2, (size - 1) / 2]);
                Tensor means = avg_pool2d(padded, [size, 1], [1, 1]).reshape(input.shape);
                return input / ((means * alpha) + k).pow(beta);
            });

            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1, double eps = 1e-12) => Op.Composed(input, input =>
                input / Distance.Norm(input, p, dim, keepdim: true).clamp_min(eps).expand_as(input));

            // An unbiased variance over a single value is 0/0, which torch stores without a word.
            static void UpdateRunning(Tensor? runningMean, Tensor? runningVariance, Tensor mean, Tensor variance, int count, double momentum)
            {
                using var guard = no_grad();
                runningMean?.mul_(1 - momentum).add_(mean * momentum);
                runningVariance?.mul_(1 - momentum).add_(variance * (momentum * count / (count - 1.0)));
            }

            static void CheckChannels(long channels, Tensor? parameter, string name)
            {
                if (parameter is not null && parameter.numel() != channels)
                    throw new ExternalException($"{name} has one element a channel: {channels} elements not {parameter.numel()}.");
            }
        }
    }
}

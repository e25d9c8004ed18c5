using TorchSharp.Layers;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor max_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                Pool.MaxValues(MaxPool(1, input, [kernel_size], One(stride), One(padding), One(dilation), ceil_mode), input);

            public static (Tensor output, Tensor indices) max_pool1d_with_indices(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                Pool.Max(MaxPool(1, input, [kernel_size], One(stride), One(padding), One(dilation), ceil_mode), input);

            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Pool.MaxValues(MaxPool(2, input, kernel_size, strides, padding, dilation, ceil_mode), input);

            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                Pool.MaxValues(MaxPool(2, input, [kernel_size], One(stride), One(padding), One(dilation), ceil_mode), input);

            public static Tensor max_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false) =>
                Pool.MaxValues(MaxPool(2, input, Each(kernel_size), Two(stride), Two(padding), Two(dilation), ceil_mode), input);

            public static (Tensor output, Tensor indices) max_pool2d_with_indices(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Pool.Max(MaxPool(2, input, kernel_size, strides, padding, dilation, ceil_mode), input);

            public static Tensor max_pool3d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Pool.MaxValues(MaxPool(3, input, kernel_size, strides, padding, dilation, ceil_mode), input);

            public static (Tensor output, Tensor indices) max_pool3d_with_indices(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Pool.Max(MaxPool(3, input, kernel_size, strides, padding, dilation, ceil_mode), input);

            public static Tensor avg_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true) =>
                Pool.Average(AvgPool(1, input, [kernel_size], One(stride), One(padding), ceil_mode, count_include_pad, null), input);

            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Pool.Average(AvgPool(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override), input);

            public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Pool.Average(AvgPool(2, input, [kernel_size], One(stride), [padding], ceil_mode, count_include_pad, divisor_override), input);

            public static Tensor avg_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Pool.Average(AvgPool(2, input, Each(kernel_size), Two(stride), Two(padding), ceil_mode, count_include_pad, divisor_override), input);

            public static Tensor avg_pool3d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Pool.Average(AvgPool(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override), input);

            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) => AdaptiveAverage(1, input, output_size);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => AdaptiveAverage(2, input, output_size);

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) => AdaptiveAverage(2, input, Each(output_size));

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => AdaptiveAverage(2, input, output_size);

            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) => AdaptiveAverage(3, input, output_size);

            public static Tensor adaptive_avg_pool3d(Tensor input, (long, long, long) output_size) => AdaptiveAverage(3, input, Each(output_size));

            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) => AdaptiveAverage(3, input, output_size);

            public static Tensor adaptive_max_pool1d(Tensor input, long output_size) =>
                Pool.MaxValues(PoolGeometry.Adaptive(nameof(adaptive_max_pool1d), 1, input.shape, [output_size]), input);

            public static (Tensor output, Tensor indices) adaptive_max_pool1d_with_indices(Tensor input, long output_size) =>
                Pool.Max(PoolGeometry.Adaptive(nameof(adaptive_max_pool1d), 1, input.shape, [output_size]), input);

            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size) =>
                Pool.MaxValues(PoolGeometry.Adaptive(nameof(adaptive_max_pool2d), 2, input.shape, output_size), input);

            public static (Tensor output, Tensor indices) adaptive_max_pool2d_with_indices(Tensor input, long[] output_size) =>
                Pool.Max(PoolGeometry.Adaptive(nameof(adaptive_max_pool2d), 2, input.shape, output_size), input);

            public static Tensor adaptive_max_pool3d(Tensor input, long[] output_size) =>
                Pool.MaxValues(PoolGeometry.Adaptive(nameof(adaptive_max_pool3d), 3, input.shape, output_size), input);

            public static (Tensor output, Tensor indices) adaptive_max_pool3d_with_indices(Tensor input, long[] output_size) =>
                Pool.Max(PoolGeometry.Adaptive(nameof(adaptive_max_pool3d), 3, input.shape, output_size), input);

            // A mean of powers times the window's size is their sum.
            public static Tensor lp_pool1d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                PowerPool(AvgPool(1, input, [kernel_size], One(stride), null, ceil_mode, count_include_pad: true, divisor: null), input, norm_type, kernel_size);

            public static Tensor lp_pool2d(Tensor input, double norm_type, long[] kernel_size, long[]? stride = null, bool ceil_mode = false) =>
                PowerPool(AvgPool(2, input, kernel_size, stride, null, ceil_mode, count_include_pad: true, divisor: null), input, norm_type, kernel_size[0] * kernel_size[^1]);

            public static Tensor lp_pool2d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                lp_pool2d(input, norm_type, [kernel_size, kernel_size], One(stride), ceil_mode);

            public static Tensor max_unpool1d(Tensor input, Tensor indices, long kernel_size, long? stride = null, long? padding = null, long[]? output_size = null) =>
                Unpool.Max(1, input, indices, [kernel_size], One(stride), One(padding), output_size);

            public static Tensor max_unpool2d(Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                Unpool.Max(2, input, indices, kernel_size, stride, padding, output_size);

            public static Tensor max_unpool3d(Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                Unpool.Max(3, input, indices, kernel_size, stride, padding, output_size);

            static Tensor AdaptiveAverage(int dimensions, Tensor input, params long[] output) =>
                Pool.Average(PoolGeometry.Adaptive($"adaptive_avg_pool{dimensions}d", dimensions, input.shape, output), input);

            static Tensor PowerPool(PoolGeometry geometry, Tensor input, double power, long window) => Op.Composed(() =>
            {
                Tensor sums = Pool.Average(geometry, input.pow(power)) * window;
                return (sums.sign() * sums.abs().relu()).pow(1 / power);
            });

            static PoolGeometry MaxPool(int dimensions, Tensor input, long[] kernel, long[]? stride, long[]? padding, long[]? dilation, bool ceil) =>
                PoolGeometry.Sliding($"max_pool{dimensions}d", dimensions, input.shape, kernel, stride, padding, dilation, ceil);

            static PoolGeometry AvgPool(int dimensions, Tensor input, long[] kernel, long[]? stride, long[]? padding, bool ceil, bool count_include_pad, long? divisor) =>
                PoolGeometry.Sliding($"avg_pool{dimensions}d", dimensions, input.shape, kernel, stride, padding, dilation: null, ceil, count_include_pad, divisor);

            static long[]? Two((long, long)? value) => value is { } given ? Each(given) : null;
        }
    }
}

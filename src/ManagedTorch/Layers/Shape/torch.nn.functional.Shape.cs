using System.Runtime.InteropServices;
using TorchSharp.Layers;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false) =>
                antialias
                    ? throw Gap.AntialiasedInterpolation.Exception
                    : Interpolation.Resize(x, size, scale_factor, mode, align_corners, recompute_scale_factor);

            public static Tensor upsample(Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                Interpolation.Resize(input, size, scale_factor, (InterpolationMode)mode, mode == UpsampleMode.Nearest ? null : align_corners, recompute: false);

            public static Tensor upsample_nearest(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                Interpolation.Resize(x, size, scale_factor, InterpolationMode.Nearest, null, recompute: false);

            public static Tensor upsample_bilinear(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                Interpolation.Resize(x, size, scale_factor, InterpolationMode.Bilinear, align_corners, recompute: false);

            public static Tensor pixel_shuffle(Tensor input, long upscale_factor)
            {
                long[] shape = input.shape;
                if (shape.Length < 3 || upscale_factor < 1 || shape[^3] % (upscale_factor * upscale_factor) != 0)
                {
                    throw new ExternalException($"The channels of [{string.Join(", ", shape)}], third from the end, do not divide by {upscale_factor} squared.");
                }
                long channels = shape[^3] / (upscale_factor * upscale_factor);
                return Op.Composed(() => input.reshape(-1, channels, upscale_factor, upscale_factor, shape[^2], shape[^1])
                    .permute(0, 1, 4, 2, 5, 3)
                    .reshape([.. shape[..^3], channels, shape[^2] * upscale_factor, shape[^1] * upscale_factor]));
            }

            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor)
            {
                long[] shape = input.shape;
                if (shape.Length < 3 || downscale_factor < 1 || shape[^2] % downscale_factor != 0 || shape[^1] % downscale_factor != 0)
                {
                    throw new ExternalException($"Height and width of [{string.Join(", ", shape)}] do not both divide by {downscale_factor}.");
                }
                long height = shape[^2] / downscale_factor, width = shape[^1] / downscale_factor;
                return Op.Composed(() => input.reshape(-1, shape[^3], height, downscale_factor, width, downscale_factor)
                    .permute(0, 1, 3, 5, 2, 4)
                    .reshape([.. shape[..^3], shape[^3] * downscale_factor * downscale_factor, height, width]));
            }

            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                Blocks.Square(kernel_size, dilation, padding, stride).Columns(input);

            public static Tensor unfold(Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                new Blocks(kernel_size, dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1)).Columns(input);

            public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                Blocks.Square(kernel_size, dilation, padding, stride).Image(input, (output_size, output_size));

            public static Tensor fold(Tensor input, (long, long) output_size, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                new Blocks(kernel_size, dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1)).Image(input, output_size);

            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) => SamplingGrid.Affine(theta, size ?? [], align_corners);

            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null) =>
                Op.Composed(input, grid, (x, places) => SamplingGrid.Sample(x, places, mode, padding_mode, align_corners ?? false));
        }
    }
}

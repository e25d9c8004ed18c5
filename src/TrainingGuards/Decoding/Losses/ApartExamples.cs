using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Outputs whose examples are told apart: an untrained model gives all of them nearly the same, and a loss of that hardly sees whose target is whose.</summary>
internal static class ApartExamples
{
    private const double Alike = 0.05, Apart = 0.3;

    /// <summary>
    /// The outputs with their examples' differences from the mean enlarged to 0.3 of the outputs' size where they are below 0.05 of it: sums of rows stay what they are, and what is positive mostly does.
    /// </summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="axes">Where in each the examples lie.</param>
    public static Tensors Of(Tensors outputs, IReadOnlyList<ExampleAxis> axes)
    {
        using var grad = no_grad();
        int k = 0;
        return outputs.Select(output => axes[k++] is { Dimension: >= 0 } axis && output.is_floating_point() ? Enlarged(output, axis.Dimension) : output);
    }

    private static Tensor Enlarged(Tensor output, int dimension)
    {
        Tensor mean = output.detach().mean([dimension], keepdim: true), apart = output.detach() - mean;
        double size = Rms(output), difference = Rms(apart);
        return difference > 0 && difference < Alike * size ? mean + (apart * (Apart * size / difference)) : output;
    }

    private static double Rms(Tensor values) => values.detach().to(ScalarType.Float64).square().mean().sqrt().ToDouble();
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Gradients of ⟨v, f(x)⟩ with v ~ N(0, 1): what every output sends back, without the user's loss.</summary>
/// <remarks>
/// A loss sends the same to the units of absent classes, and nothing where it is least. In training mode, which normalisation and recurrent kernels need for their gradients, with
/// dropout off, which would make units differ.
/// </remarks>
internal static class RandomCotangent
{
    /// <summary>Null where an output does not depend on a parameter; all null where no output has a gradient. In an open scope.</summary>
    public static IReadOnlyList<Tensor?> Gradients(Trial trial, Batch batch, IReadOnlyList<Tensor> of)
    {
        Train(trial.Model);
        return Of(trial, trial.Forward(batch.Inputs), of);
    }

    /// <summary>The same, of outputs that are there already.</summary>
    public static IReadOnlyList<Tensor?> Of(Trial trial, Tensors outputs, IReadOnlyList<Tensor> of)
    {
        Tensor? sum = null;
        foreach (Tensor output in outputs)
        {
            if (!output.is_floating_point() || !output.requires_grad) continue;
            Tensor term = (output * randn_like(output)).sum();
            sum = sum is null ? term : sum + term;
        }
        return sum is null ? [.. of.Select(_ => (Tensor?)null)] : trial.Gradients(sum, of, ones_like(sum));
    }

    /// <summary>Training mode with dropout off.</summary>
    public static void Train(nn.Module model)
    {
        model.train();
        foreach (nn.Module dropout in model.modules().Where(ModuleKind.IsDropout)) dropout.eval();
    }
}

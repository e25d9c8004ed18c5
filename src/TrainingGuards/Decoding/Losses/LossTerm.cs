using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A named term of the loss in one pass.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Gradient">The norm of its gradient over the parameters that it shares with other terms; over all where no two terms share any.</param>
/// <param name="Rest">The sum of those norms of the other terms.</param>
internal sealed record LossTerm(string Name, double Value, double Gradient, double Rest)
{
    /// <summary>All terms of a batch, in one forward pass and a backward pass each.</summary>
    public static IReadOnlyList<LossTerm> In(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        Parameter[] parameters = [.. trial.Parameters.Select(part => part.Parameter).Where(parameter => parameter.requires_grad).Distinct(ReferenceEqualityComparer.Instance).Cast<Parameter>()];
        Tensors outputs = trial.Forward(batch.Inputs);
        _ = trial.Loss(outputs, batch.Targets);
        (string Name, double Value, double[] Norms)[] terms = [.. trial.Setup.LossTerms!(outputs, batch.Targets).Select(term =>
            (term.Key, term.Value.ToDouble(), trial.Gradients(term.Value, parameters, ones_like(term.Value)).Select(Norm).ToArray()))];
        int[] shared = [.. Enumerable.Range(0, parameters.Length).Where(p => terms.Count(term => !(term.Norms[p] == 0)) > 1)];
        if (shared.Length == 0) shared = [.. Enumerable.Range(0, parameters.Length)];
        double[] norms = [.. terms.Select(term => Math.Sqrt(shared.Sum(p => term.Norms[p] * term.Norms[p])))];
        return [.. terms.Select((term, i) => new LossTerm(term.Name, term.Value, norms[i], norms.Sum() - norms[i]))];
    }

    private static double Norm(Tensor? gradient) => gradient is null ? 0 : gradient.to(ScalarType.Float64).square().sum().sqrt().ToDouble();
}

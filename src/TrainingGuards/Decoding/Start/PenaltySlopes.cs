using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A penalty's value, its gradient, and how it goes on where every parameter is larger.</summary>
/// <param name="Value">The penalty.</param>
/// <param name="Gradients">The norm of its gradient for each parameter that it reaches.</param>
/// <param name="FarValue">The penalty where every parameter is <see cref="Far"/> times as large.</param>
/// <param name="Slopes">There, ⟨gradient, parameter⟩ of each parameter that it reaches: above 0 where a larger one costs more.</param>
internal sealed record PenaltySlopes(double Value, IReadOnlyList<Reading> Gradients, double FarValue, IReadOnlyList<Reading> Slopes)
{
    /// <summary>Nearer, a penalty that draws weights to a size of their own, such as orthogonality, may rightly want them larger.</summary>
    public const double Far = 10;

    /// <summary>Measures it; the parameters are larger afterwards.</summary>
    public static PenaltySlopes Of(Trial trial, Func<nn.Module, Tensor> penalty)
    {
        using IDisposable scope = trial.Scope();
        (string Name, Parameter Parameter)[] parameters = [.. trial.Parameters
            .Where(part => part.Parameter.requires_grad && part.Parameter.numel() > 0)
            .DistinctBy(part => part.Parameter, ReferenceEqualityComparer.Instance)];
        (double value, Tensor?[] gradients) = At();
        using (no_grad())
            foreach ((_, Parameter parameter) in trial.Parameters.DistinctBy(part => part.Parameter, ReferenceEqualityComparer.Instance)) parameter.mul_(Far);
        (double far, Tensor?[] farther) = At();
        return new(value, Read(gradients, (gradient, _) => gradient.square().sum().sqrt()), far, Read(farther, (gradient, parameter) => (gradient * parameter).sum()));

        (double, Tensor?[]) At()
        {
            Tensor cost = penalty(trial.Model);
            if (cost is null || cost.numel() != 1)
                throw new SetupException(given: cost is null ? "a Penalty that returns null" : $"a Penalty of shape {Reporting.ShapeText.Of(cost)}", expected: "a scalar, a tensor of one element", remedy: "take its sum");
            return (cost.ToDouble(), [.. trial.Gradients(cost, [.. parameters.Select(part => part.Parameter)], ones_like(cost))]);
        }

        Reading[] Read(Tensor?[] of, Func<Tensor, Tensor, Tensor> number) => [.. parameters.Zip(of)
            .Where(pair => pair.Second is not null)
            .Select(pair => new Reading(number(pair.Second!.to(ScalarType.Float64), pair.First.Parameter.detach().to(ScalarType.Float64)).ToDouble(), $"of `{pair.First.Name}`"))];
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>Gradients against central differences, in double precision.</summary>
internal static class Gradients
{
    private const double Step = 1e-6;
    private const double Tolerance = 1e-6;

    /// <summary>Checks the gradient of a weighted sum of the function's output with respect to every element of every input.</summary>
    internal static void Check(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        Tensor[] leaves = Array.ConvertAll(inputs, x => x.detach().clone().to(float64).requires_grad_());
        Tensor output = function(leaves);
        Tensor weights = (arange(output.numel(), dtype: float64).reshape(output.shape) * 0.37).cos();
        IList<Tensor> gradients = autograd.grad([(output * weights).sum()], leaves);
        for (int i = 0; i < leaves.Length; i++) Compare(function, leaves, i, weights, gradients[i]);
    }

    /// <summary>The same for the gradient's own gradient.</summary>
    internal static void CheckTwice(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        Check(function, inputs);
        Check(
            leaves =>
            {
                Tensor output = function(leaves);
                Tensor weights = (arange(output.numel(), dtype: float64).reshape(output.shape) * 0.53).sin();
                // Squared, so that the gradient of a linear function, too, depends on its inputs.
                IList<Tensor> gradients = autograd.grad([(output * output * weights).sum()], leaves, create_graph: true);
                return cat(gradients.Select(g => g.reshape(-1)).ToArray());
            },
            inputs);
    }

    private static void Compare(Func<Tensor[], Tensor> function, Tensor[] leaves, int which, Tensor weights, Tensor gradient)
    {
        double[] analytic = gradient.detach().data<double>().ToArray();
        for (int at = 0; at < analytic.Length; at++)
        {
            double numeric = (Value(function, leaves, which, at, weights, Step) - Value(function, leaves, which, at, weights, -Step)) / (2 * Step);
            Assert.True(Math.Abs(numeric - analytic[at]) <= Tolerance * Math.Max(1, Math.Abs(numeric)),
                $"input {which}, element {at}: {analytic[at]:g9}, by differences {numeric:g9}");
        }
    }

    private static double Value(Func<Tensor[], Tensor> function, Tensor[] leaves, int which, int at, Tensor weights, double step)
    {
        Tensor[] moved = Array.ConvertAll(leaves, x => x.detach().clone().requires_grad_());
        double[] elements = leaves[which].detach().data<double>().ToArray();
        elements[at] += step;
        moved[which] = tensor(elements).reshape(leaves[which].shape).requires_grad_();
        return (function(moved) * weights).sum().item<double>();
    }
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How strongly each example's output depends on each example's input: entry [i, j] is the influence of example j on output i.</summary>
internal sealed class ExampleLeaks
{
    private readonly double[,] _influence;

    private ExampleLeaks(double[,] influence) => _influence = influence;

    public int Examples => _influence.GetLength(0);

    public double this[int output, int input] => _influence[output, input];

    /// <summary>The influence of each other example on each output, with the pair named.</summary>
    public IEnumerable<Reading> Leaks() =>
        from i in Enumerable.Range(0, Examples)
        from j in Enumerable.Range(0, Examples)
        where i != j
        select new Reading(_influence[i, j], $"from example {j} to example {i}");

    /// <summary>The influence of each example on its own output: the control.</summary>
    public IEnumerable<Reading> Own() => Enumerable.Range(0, Examples).Select(i => new Reading(_influence[i, i], $"of example {i} on itself"));

    /// <summary>All of it, for the eye.</summary>
    public Matrix Matrix(string quantity) =>
        new(quantity, "outputs of examples", "inputs of examples", [.. Enumerable.Range(0, Examples).Select(i => (IReadOnlyList<double>)[.. Enumerable.Range(0, Examples).Select(j => _influence[i, j])])]);

    /// <summary>
    /// By gradients: G[i, j] = ‖∂⟨v, f(x)_i⟩ / ∂x_j‖₂ with v ~ N(0, 1). A summed output would be blind behind a softmax or a LayerNorm,
    /// whose rows have a constant sum.
    /// </summary>
    public static ExampleLeaks ByGradient(Trial trial, Tensors outputs, IReadOnlyList<Tensor> inputs, int examples)
    {
        var influence = new double[examples, examples];
        for (int i = 0; i < examples; i++)
        {
            Tensor projection = Projection(outputs, i, examples);
            foreach (Tensor? gradient in trial.Gradients(projection, inputs, ones_like(projection)))
            {
                if (gradient is null) continue;
                double[] norms = Norms(gradient, examples);
                for (int j = 0; j < examples; j++) influence[i, j] = Math.Sqrt((influence[i, j] * influence[i, j]) + (norms[j] * norms[j]));
            }
        }
        return new(influence);
    }

    /// <summary>By replacement, where inputs are integers: the largest change of output i when the inputs of example j are those of another, every pass from one seed.</summary>
    public static ExampleLeaks ByReplacement(Trial trial, Tensors outputs, IReadOnlyList<Batch> replaced, int examples)
    {
        var influence = new double[examples, examples];
        for (int j = 0; j < examples; j++)
        {
            // What is drawn in a pass, as by dropout that is left on, is no influence of one example on another.
            manual_seed(trial.Setup.Seed);
            Tensors changed = trial.Forward(replaced[j].Inputs);
            for (int k = 0; k < outputs.Count; k++)
            {
                if (!CountsExamples(outputs[k], examples)) continue;
                double[] change = Largest(changed[k].to(ScalarType.Float64) - outputs[k].detach().to(ScalarType.Float64), examples);
                for (int i = 0; i < examples; i++) influence[i, j] = double.IsNaN(change[i]) ? double.NaN : Math.Max(influence[i, j], change[i]);
            }
        }
        return new(influence);
    }

    /// <summary>Whether a tensor's first dimension counts the examples, or a fixed number of rows for each.</summary>
    public static bool CountsExamples(Tensor tensor, int examples) => tensor.dim() > 0 && tensor.shape[0] > 0 && tensor.shape[0] % examples == 0;

    /// <summary>⟨v, f(x)_i⟩ summed over all outputs that count examples.</summary>
    internal static Tensor Projection(Tensors outputs, int example, int examples)
    {
        Tensor? sum = null;
        foreach (Tensor output in outputs)
        {
            if (!output.is_floating_point() || !CountsExamples(output, examples)) continue;
            long rows = output.shape[0] / examples;
            Tensor own = output.narrow(0, example * rows, rows);
            Tensor term = (own * randn_like(own)).sum();
            sum = sum is null ? term : sum + term;
        }
        return sum ?? zeros([], device: outputs[0].device);
    }

    private static double[] Norms(Tensor gradient, int examples) =>
        HostNumbers.Of(gradient.detach().to(ScalarType.Float64).reshape(examples, -1).square().sum(1).sqrt());

    private static double[] Largest(Tensor difference, int examples) =>
        HostNumbers.Of(difference.abs().reshape(examples, -1).amax([1L]));
}

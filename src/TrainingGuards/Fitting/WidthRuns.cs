using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Fitting;

/// <summary>Models of several widths trained on the same batches from several seeds, and what they cost on these.</summary>
/// <param name="Width">The width, as a factor.</param>
/// <param name="Losses">The loss on the examples, without penalty and in evaluation mode, one a seed; NaN where training was not finite.</param>
/// <param name="Parameters">How many numbers are learnt.</param>
/// <param name="FirstOutput">The root mean square of the untrained outputs.</param>
internal sealed record WidthRuns(double Width, IReadOnlyList<double> Losses, double Parameters, double FirstOutput)
{
    public double Mean => Losses.Average();

    /// <summary>Trains one width.</summary>
    /// <param name="trial">The setup.</param>
    /// <param name="build">Builds a model of a width.</param>
    /// <param name="width">The width.</param>
    /// <param name="batches">What they are trained on, over and over.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="seeds">How many seeds.</param>
    /// <param name="change">What else is changed in the setup.</param>
    public static WidthRuns Of(Trial trial, Func<double, nn.Module> build, double width, IReadOnlyList<Batch> batches, int steps, int seeds, Func<Setup, Setup>? change = null)
    {
        var losses = new List<double>();
        double parameters = 0, first = 0;
        for (int seed = 0; seed < seeds; seed++)
        {
            int at = 0;
            using Trial run = trial.Again(setup =>
            {
                Setup wide = setup with { Model = () => build(width), Batch = () => batches[at++ % batches.Count], Seed = setup.Seed + seed };
                return change is null ? wide : change(wide);
            });
            parameters = run.Model.parameters().Sum(parameter => (double)parameter.numel());
            first += FirstOutputs(run, batches[0]) / seeds;
            double last = 0;
            run.Expect(steps);
            for (int step = 0; step < steps && double.IsFinite(last); step++) last = run.Step(run.PassingBatch());
            losses.Add(double.IsFinite(last) ? Loss(run, batches) : double.NaN);
        }
        return new(width, losses, parameters, first);
    }

    /// <summary>The setup with every learning rate multiplied.</summary>
    public static Setup WithRate(Setup setup, double factor) => setup with
    {
        Optimizer = null,
        OptimizerFor = null,
        Optimizers = model =>
        {
            IReadOnlyList<Optimizer> own = Trials.SetupValidation.BuildOptimizers(setup, model);
            foreach (ILearningRateController group in own.SelectMany(optimizer => optimizer.ParamGroups ?? []))
            {
                group.LearningRate *= factor;
                group.InitialLearningRate *= factor;
            }
            return own;
        },
    };

    private static double Loss(Trial run, IReadOnlyList<Batch> batches)
    {
        using IDisposable mode = run.Evaluating();
        double sum = 0;
        foreach (Batch batch in batches)
        {
            using IDisposable scope = run.Scope();
            using var grad = no_grad();
            sum += run.Loss(run.Forward(batch.Inputs), batch.Targets).ToDouble() * batch.Size;
        }
        return sum / batches.Sum(batch => batch.Size);
    }

    private static double FirstOutputs(Trial run, Batch batch)
    {
        using IDisposable mode = run.Evaluating();
        using IDisposable scope = run.Scope();
        using var grad = no_grad();
        Tensor[] outputs = [.. run.Forward(batch.Inputs).Where(output => output.is_floating_point())];
        return outputs.Length == 0 ? 0 : outputs.Max(output => output.to(ScalarType.Float64).square().mean().sqrt().ToDouble());
    }
}

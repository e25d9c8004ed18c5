using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What a model says of a batch in evaluation mode, from one state of the generator; copies that live until disposed.</summary>
internal sealed class EvaluatedOutputs : IDisposable
{
    public EvaluatedOutputs(Trial trial, Batch batch)
    {
        Batch = batch;
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        using IDisposable mode = trial.Evaluating();
        manual_seed(trial.Setup.Seed);
        Outputs = trial.Forward(batch.Inputs).Select(TensorBits.Copy);
    }

    /// <summary>The batch.</summary>
    public Batch Batch { get; }

    /// <summary>The outputs.</summary>
    public Tensors Outputs { get; }

    public void Dispose()
    {
        foreach (Tensor output in Outputs) output.Dispose();
    }
}

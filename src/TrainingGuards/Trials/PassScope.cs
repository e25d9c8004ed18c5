using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>A dispose scope that lets live what the model itself keeps.</summary>
internal sealed class PassScope(nn.Module model) : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        ModelTensors.Keep(model);
        _scope.Dispose();
    }
}

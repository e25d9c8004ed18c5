using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Evaluation mode until disposed; then every module has the mode that it had, also where they differed.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;

    public EvaluationMode(nn.Module model)
    {
        _modes = ModelModes.Of(model);
        model.eval();
    }

    public void Dispose() => ModelModes.Set(_modes);
}

using TrainingGuards.Localisation;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>What a model was last given in training: a reference, not a copy, which whoever made it may have disposed of.</summary>
internal sealed class LastInputs : IDisposable
{
    private readonly ModuleHooks _hooks;

    public LastInputs(nn.Module model) => _hooks = new(model, (_, module, inputs) => Value = module.training ? inputs : Value, (_, _, _) => { }, itselfAlone: true);

    /// <summary>The tensors; null where there was no pass.</summary>
    public Tensors? Value { get; private set; }

    public void Dispose()
    {
        _hooks.Dispose();
        Value = null;
    }
}

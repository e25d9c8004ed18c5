using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>An optimizer whose step writes nothing, as one that a loss scaler always skips.</summary>
internal sealed class SkippedStep(IEnumerable<Parameter> parameters) : SGD(parameters, lr: 0.1)
{
    public override Tensor step(Func<Tensor>? closure = null) => null!;
}

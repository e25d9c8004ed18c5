using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>What torch keeps for the whole process or thread and a check moves: the generator and the grad mode. Disposing puts both back, bit for bit.</summary>
/// <remarks>TorchSharp cannot read the state of a CUDA generator: on a GPU its random stream goes on from where the check left it.</remarks>
internal sealed class TorchState : IDisposable
{
    private readonly Tensor _generator = get_rng_state().DetachFromDisposeScope();
    private readonly bool _gradMode = is_grad_enabled();

    public void Dispose()
    {
        set_rng_state(_generator);
        _generator.Dispose();
        // The returned scope would restore what the check left behind: it is dropped on purpose.
        if (is_grad_enabled() != _gradMode) _ = set_grad_enabled(_gradMode);
    }
}

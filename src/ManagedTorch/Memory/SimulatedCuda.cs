namespace TorchSharp;

/// <summary>
/// A device named <c>cuda</c> whose memory is the host's: with MANAGED_TORCH_CUDA=1 code for a GPU runs without one, and mixing devices fails as it does there.
/// </summary>
internal static class SimulatedCuda
{
    internal static bool IsOffered => Environment.GetEnvironmentVariable("MANAGED_TORCH_CUDA") == "1";
}

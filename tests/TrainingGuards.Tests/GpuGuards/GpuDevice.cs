namespace TrainingGuards.Tests.GpuGuards;

/// <summary>
/// Guards on a GPU: a real one where there is one; else, on the embedded engine, the device that it simulates; else they are reported as not run.
/// <c>dotnet test -c Release -p:TorchEngine=cuda --filter FullyQualifiedName~GpuGuards</c> runs these alone.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class GpuDevice : ICollectionFixture<GpuDevice>, IDisposable
{
    public const string Name = "GpuGuards";

    private readonly string? _before = Environment.GetEnvironmentVariable("MANAGED_TORCH_CUDA");

    public GpuDevice() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", "1");

    public void Dispose() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", _before);
}

namespace TrainingGuards.Tests.GpuGuards;

/// <summary>Whether there is a GPU, or a device that stands for one.</summary>
internal static class Gpu
{
    /// <summary>Why nothing runs on a GPU here; null where it does.</summary>
    public static string? Missing =>
#if MANAGED_TORCH
        null;
#else
        TorchSharp.torch.cuda.is_available() ? null : "torch.cuda.is_available() is false: build with -p:TorchEngine=cuda, on a machine with an NVIDIA GPU and its driver.";
#endif
}

/// <summary>A fact that needs a GPU, and is reported as not run where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GpuFactAttribute : FactAttribute
{
    public GpuFactAttribute() => Skip = Gpu.Missing;
}

/// <summary>A theory that needs a GPU, and is reported as not run where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GpuTheoryAttribute : TheoryAttribute
{
    public GpuTheoryAttribute() => Skip = Gpu.Missing;
}

namespace TorchSharp;

/// <summary>Whether this thread records what it computes.</summary>
internal sealed class GradMode : IDisposable
{
    [ThreadStatic] private static bool disabled;
    [ThreadStatic] private static bool inference;

    private readonly bool disabledBefore = disabled;
    private readonly bool inferenceBefore = inference;

    // The flag goes back in Dispose alone: a mode that nobody disposes stays, as in TorchSharp.
    internal GradMode(bool enabled, bool inferenceMode = false)
    {
        disabled = !enabled;
        inference |= inferenceMode;
    }

    internal static bool Enabled => !disabled;

    internal static bool Inference => inference;

    public void Dispose()
    {
        disabled = disabledBefore;
        inference = inferenceBefore;
    }
}

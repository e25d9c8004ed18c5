namespace TorchSharp;

public class AnomalyMode : IDisposable
{
    private static bool enabled;
    private static bool checksNaN = true;

    private readonly bool enabledBefore = enabled;
    private readonly bool checksNaNBefore = checksNaN;

    public AnomalyMode(bool enabled, bool check_nan = true)
    {
        AnomalyMode.enabled = enabled;
        checksNaN = check_nan;
    }

    public static bool IsEnabled => enabled;

    public static bool ShouldCheckNaN => checksNaN;

    public void Dispose()
    {
        enabled = enabledBefore;
        checksNaN = checksNaNBefore;
    }
}

namespace TrainingGuards.Tests.Reporting;

/// <summary>A theory that needs a browser and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Browser.Address is null) Skip = "There is no browser. Install Chromium, or set CHROME_PATH to it.";
    }
}

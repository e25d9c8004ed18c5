namespace SeededFailures.Tests;

/// <summary>Tests that run programs: torch's generator and the console are the process's. Those that only compile run beside them.</summary>
internal static class OneAtATime
{
    public const string Name = "one program at a time";
}

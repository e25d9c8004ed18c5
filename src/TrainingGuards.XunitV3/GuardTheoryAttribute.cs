using System.Runtime.CompilerServices;
using Xunit.v3;

namespace TrainingGuards.Xunit;

/// <summary>A theory over checks: each is a test case of its own, and one that does not concern the setup is skipped with its reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(GuardTheoryDiscoverer))]
public sealed class GuardTheoryAttribute : TheoryAttribute
{
    /// <summary>A theory over checks.</summary>
    /// <param name="sourceFilePath">Where it stands; the compiler fills it in.</param>
    /// <param name="sourceLineNumber">On which line; the compiler fills it in.</param>
    public GuardTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) =>
        // A check is no data that a runner could take apart and build again: rows are told apart by their numbers.
        DisableDiscoveryEnumeration = true;
}

using Xunit.Sdk;
using Xunit.v3;

namespace TrainingGuards.Xunit;

/// <summary>Makes a test case for each row of a <see cref="GuardTheoryAttribute"/>.</summary>
public sealed class GuardTheoryDiscoverer : TheoryDiscoverer
{
    /// <inheritdoc/>
    protected override async ValueTask<IReadOnlyCollection<IXunitTestCase>> CreateTestCasesForTheory(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, ITheoryAttribute theoryAttribute)
    {
        ArgumentNullException.ThrowIfNull(testMethod);
        IReadOnlyCollection<IXunitTestCase> whole = await base.CreateTestCasesForTheory(discoveryOptions, testMethod, theoryAttribute).ConfigureAwait(false);
        // A skipped theory, or one that cannot be, has a case that says so.
        if (whole.Count != 1 || whole.Single() is not XunitDelayEnumeratedTheoryTestCase { SkipReason: null } theory) return whole;
        var details = TestIntrospectionHelper.GetTestCaseDetails(discoveryOptions, testMethod, theoryAttribute);
        try
        {
            IReadOnlyCollection<IXunitTest> rows = await theory.CreateTests().ConfigureAwait(false);
            return rows.Count == 0 ? whole : [.. rows.Select((row, i) => new GuardTestCase(details.ResolvedTestMethod, row.TestDisplayName, $"{theory.UniqueID}-{i}", i, theory))];
        }
#pragma warning disable CA1031 // What rows throw is told where they run: a theory whose rows cannot be read is one test that fails.
        catch (Exception)
#pragma warning restore CA1031
        {
            return await base.CreateTestCasesForTheory(discoveryOptions, testMethod, theoryAttribute).ConfigureAwait(false);
        }
    }
}

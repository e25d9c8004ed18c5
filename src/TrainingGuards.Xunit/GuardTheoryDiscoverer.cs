using Xunit.Abstractions;
using Xunit.Sdk;

namespace TrainingGuards.Xunit;

/// <summary>Makes the test cases of a <see cref="GuardTheoryAttribute"/>; xunit finds it by name.</summary>
/// <param name="diagnosticMessageSink">Where xunit wants diagnostics.</param>
public sealed class GuardTheoryDiscoverer(IMessageSink diagnosticMessageSink) : TheoryDiscoverer(diagnosticMessageSink)
{
    /// <inheritdoc/>
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForTheory(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        [new GuardTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];

    /// <inheritdoc/>
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute, object[] dataRow) =>
        CreateTestCasesForTheory(discoveryOptions, testMethod, theoryAttribute);
}

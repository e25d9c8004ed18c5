using Xunit.Abstractions;
using Xunit.Sdk;

namespace TrainingGuards.Xunit;

/// <summary>Makes the test cases of a <see cref="GuardTheoryAttribute"/>; xunit finds it by name.</summary>
/// <param name="diagnosticMessageSink">Where xunit wants diagnostics.</param>
public sealed class GuardTheoryDiscoverer(IMessageSink diagnosticMessageSink) : TheoryDiscoverer(diagnosticMessageSink)
{
    /// <inheritdoc/>
    /// <remarks>Always one case for all rows, enumerated as it runs: a check is no data that a runner could take apart and build again.</remarks>
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute)
    {
        ArgumentNullException.ThrowIfNull(theoryAttribute);
        return theoryAttribute.GetNamedArgument<string>(nameof(GuardTheoryAttribute.Skip)) is null
            ? CreateTestCasesForTheory(discoveryOptions, testMethod, theoryAttribute)
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
    }

    /// <inheritdoc/>
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForTheory(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        [new GuardTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

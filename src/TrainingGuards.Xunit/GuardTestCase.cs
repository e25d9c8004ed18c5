using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TrainingGuards.Xunit;

/// <summary>A theory whose rows are enumerated as it runs, and whose inapplicable checks are skipped.</summary>
public sealed class GuardTestCase : XunitTheoryTestCase
{
    /// <summary>For xunit's deserialisation alone.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("xunit calls it to deserialise a test case")]
    public GuardTestCase()
    {
    }

    /// <summary>A test case of a method.</summary>
    /// <param name="diagnosticMessageSink">Where xunit wants diagnostics.</param>
    /// <param name="display">How the method is named.</param>
    /// <param name="options">How the name is shown.</param>
    /// <param name="testMethod">The method.</param>
    public GuardTestCase(IMessageSink diagnosticMessageSink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod testMethod)
        : base(diagnosticMessageSink, display, options, testMethod)
    {
    }

    /// <inheritdoc/>
    public override async Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        using var bus = new SkippingMessageBus(messageBus);
        RunSummary summary = await base.RunAsync(diagnosticMessageSink, bus, constructorArguments, aggregator, cancellationTokenSource).ConfigureAwait(false);
        summary.Failed -= bus.Skipped;
        summary.Skipped += bus.Skipped;
        return summary;
    }
}

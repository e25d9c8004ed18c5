using Xunit.Abstractions;
using Xunit.Sdk;

namespace TrainingGuards.Xunit;

/// <summary>Passes messages on, and turns a failure by <see cref="NotApplicableException"/> into a skip with its reason: xunit 2 has no other way to skip a test that runs.</summary>
internal sealed class SkippingMessageBus(IMessageBus inner) : IMessageBus
{
    private static readonly string Skip = typeof(NotApplicableException).FullName!;

    public int Skipped { get; private set; }

    public bool QueueMessage(IMessageSinkMessage message)
    {
        if (message is not ITestFailed failed || failed.ExceptionTypes.FirstOrDefault() != Skip) return inner.QueueMessage(message);
        Skipped++;
        string reason = failed.Messages[0];
        return inner.QueueMessage(new TestSkipped(failed.Test, reason[(reason.LastIndexOf('$') + 1)..]));
    }

    // The bus within belongs to the runner.
    public void Dispose()
    {
    }
}

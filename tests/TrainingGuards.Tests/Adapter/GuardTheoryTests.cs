using System.Diagnostics.CodeAnalysis;
using TrainingGuards.Checks.Init;
using TrainingGuards.Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TrainingGuards.Tests.Adapter;

public sealed class GuardTheoryTests
{
    [Fact]
    public async Task A_check_that_does_not_apply_is_skipped_with_its_reason()
    {
        var bus = new Recorder();
        RunSummary summary = await Run(nameof(Theories.Some), bus);
        Assert.Equal((2, 1, 1), (summary.Total, summary.Skipped, summary.Failed));
        Assert.Equal("there is nothing to look at", Assert.Single(bus.Messages.OfType<ITestSkipped>()).Reason);
        Assert.Equal("it is broken", Assert.Single(bus.Messages.OfType<ITestFailed>()).Messages[0]);
    }

    [Fact]
    public void A_recipe_is_a_case_for_each_check()
    {
        Recipe recipe = Recipe.Classifier(classes: 3).With(new InitialLossIsExpected(expected: 1.1));
        Assert.Equal(recipe, Cases.Of(recipe).Cast<object[]>().Select(row => (Check)row[0]));
    }

    private static async Task<RunSummary> Run(string method, IMessageBus bus)
    {
        var assembly = new TestAssembly(Reflector.Wrap(typeof(Theories).Assembly));
        var type = new TestClass(new TestCollection(assembly, collectionDefinition: null, "guards"), Reflector.Wrap(typeof(Theories)));
        var test = new TestMethod(type, type.Class.GetMethod(method, includePrivateMethod: false));
        var sink = new NullMessageSink();
        var found = new GuardTheoryDiscoverer(sink).Discover(new Options(), test, test.Method.GetCustomAttributes(typeof(GuardTheoryAttribute)).Single());
        using var cancellation = new CancellationTokenSource();
        return await Assert.Single(found).RunAsync(sink, bus, [], new ExceptionAggregator(), cancellation);
    }

    /// <summary>Run by the test above, not by the runner: the class is not public.</summary>
    [SuppressMessage("Usage", "xUnit1000", Justification = "The runner must not find it: one of its rows fails.")]
    private sealed class Theories
    {
        public static TheoryData<bool> Rows => [true, false];

        [GuardTheory]
        [MemberData(nameof(Rows))]
        public void Some(bool applies) => throw (applies ? new GuardException("it is broken") : new NotApplicableException("there is nothing to look at"));
    }

    private sealed class Options : ITestFrameworkDiscoveryOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value)
        {
        }
    }

    private sealed class Recorder : IMessageBus
    {
        public List<IMessageSinkMessage> Messages { get; } = [];

        public bool QueueMessage(IMessageSinkMessage message)
        {
            Messages.Add(message);
            return true;
        }

        public void Dispose()
        {
        }
    }
}

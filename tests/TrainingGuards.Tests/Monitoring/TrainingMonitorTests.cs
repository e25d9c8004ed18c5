using Microsoft.Extensions.Logging;
using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using TrainingGuards.Tests.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Monitoring;

/// <summary>The monitor in a loop of the user's own: it warns as it happens, costs little, and changes nothing.</summary>
public sealed class TrainingMonitorTests
{
    [Fact]
    public void A_sound_training_is_silent()
    {
        var warnings = new List<MonitorWarning>();
        IReadOnlyList<Verdict> verdicts = Train(400, lr: 3e-3, new() { Warned = warnings.Add, MaximumOverhead = 1e9 });
        Assert.Empty(warnings);
        Assert.All(verdicts, verdict => Assert.False(verdict.Outcome == Outcome.Broken, verdict.ToString()));
        Assert.Contains(verdicts, verdict => verdict.Outcome == Outcome.Holds);
    }

    [Fact]
    public void A_fault_is_told_once_with_its_steps()
    {
        var warnings = new List<MonitorWarning>();
        IReadOnlyList<Verdict> verdicts = Train(60, lr: 3, new() { Checks = [new UpdatesAreProportionate()], Warned = warnings.Add, MaximumOverhead = 1e9 });
        MonitorWarning warning = Assert.Single(warnings);
        Assert.InRange(warning.FirstStep, 5, 10);
        Assert.StartsWith("UpdatesAreProportionate, step ", warning.ToString(), StringComparison.Ordinal);
        Verdict verdict = Assert.Single(verdicts);
        Assert.Matches($"^first seen at step {warning.FirstStep}, last at step 60, \\d+ times$", verdict.Findings.Notes[^1]);
    }

    [Fact]
    public void At_the_end_it_says_how_long_a_fault_went_on()
    {
        var ended = new List<MonitorWarning>();
        Train(60, lr: 3, new() { Checks = [new UpdatesAreProportionate()], Warned = _ => { }, Ended = ended.Add, MaximumOverhead = 1e9 });
        MonitorWarning warning = Assert.Single(ended);
        Assert.Equal(60, warning.LastStep);
        Assert.InRange(warning.Count, 50, 56);
        Assert.Equal($"UpdatesAreProportionate: first seen at step {warning.FirstStep}, last at step 60, {warning.Count} times", warning.Duration);
    }

    [Fact]
    public void What_shows_only_at_the_end_is_told_there()
    {
        var warnings = new List<MonitorWarning>();
        using var model = new MlpClassifier();
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var monitor = new TrainingMonitor(model, optimizer, options: new() { Checks = [new TrainingIsFinished()], Warned = warnings.Add });
        for (int i = 0; i < 100; i++) monitor.Step(100.0 - i);
        Assert.Empty(warnings);
        Assert.Equal(Outcome.Broken, Assert.Single(monitor.Finish()).Outcome);
        monitor.Finish();
        Assert.Equal(100, Assert.Single(warnings).FirstStep);
    }

    [Fact]
    public void A_logger_is_told_as_it_happens_and_at_the_end()
    {
        var logger = new ListLogger();
        Train(60, lr: 3, new() { Checks = [new UpdatesAreProportionate()], Logger = logger, MaximumOverhead = 1e9 });
        Assert.Equal([LogLevel.Warning, LogLevel.Information], logger.Entries.Select(entry => entry.Level));
        Assert.StartsWith("UpdatesAreProportionate, step ", logger.Entries[0].Text, StringComparison.Ordinal);
        Assert.StartsWith("UpdatesAreProportionate: first seen at step ", logger.Entries[1].Text, StringComparison.Ordinal);
        Assert.IsType<MonitorWarning>(logger.Entries[0].State);
    }

    [Fact]
    public void A_writer_for_TensorBoard_is_given_what_is_seen()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Train(20, lr: 3e-3, new() { Writer = utils.tensorboard.SummaryWriter(folder), MaximumOverhead = 1e9 });
            string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder))));
            foreach (string tag in new[] { "loss", "learning rate", "gradient norm", "weight rms", "update over weight/hidden.weight", "change of predictions/output", "right predictions/output" }) Assert.Contains(tag, text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void In_ci_it_throws() => Assert.Throws<GuardException>(() => Train(60, lr: 3, new() { Throws = true, MaximumOverhead = 1e9 }));

    [Fact]
    public void Weights_gradients_modes_and_random_numbers_are_as_without_it()
    {
        Snapshot? with = null, without = null;
        Train(40, lr: 1e-2, new() { MaximumOverhead = 1e9, Warned = _ => { } }, model => with = Snapshot.Of(model));
        Train(40, lr: 1e-2, options: null, model => without = Snapshot.Of(model));
        without!.MustEqual(with!);
    }

    [Fact]
    public void No_tensor_and_no_hook_is_left_behind()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var model = new MlpClassifier();
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using Tensor x = randn(8, 8), y = arange(8).remainder(4);
        Step();
        long before = Tensor.TotalCount;
        using (var monitor = new TrainingMonitor(model, optimizer, options: new() { MaximumOverhead = 1e9, Warned = _ => { } }))
        {
            for (int i = 0; i < 20; i++) Step(monitor);
        }
        Step();
        Assert.True(Tensor.TotalCount <= before, $"{Tensor.TotalCount - before} tensors are left behind.");

        void Step(TrainingMonitor? monitor = null)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = cross_entropy(model.call(x), y);
            loss.backward();
            monitor?.Step(loss);
            optimizer.step();
        }
    }

    [Fact]
    public void Few_steps_are_looked_into_where_looking_costs_much()
    {
        using var model = new MlpClassifier();
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        var looks = new CountsLooks();
        using var monitor = new TrainingMonitor(model, optimizer, options: new() { Checks = [looks], MaximumOverhead = 1e-9 });
        for (int i = 0; i < 50; i++) monitor.Step(1.0);
        Assert.Equal(3, looks.Count);
        Assert.Equal(50, monitor.Steps);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_refused()
    {
        using var model = new MlpClassifier();
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var monitor = new TrainingMonitor(model, optimizer);
        Assert.Contains("a loss of shape [3]", Assert.Throws<ArgumentException>(() => monitor.Step(zeros(3))).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Verdict> Train(int steps, double lr, MonitorOptions? options, Action<MlpClassifier>? finished = null)
    {
        manual_seed(0);
        using var model = new MlpClassifier();
        using var optimizer = optim.Adam(model.parameters(), lr: lr);
        (Tensor fixedInputs, Tensor fixedClasses) = SampleData.Held(() => SampleData.Blobs(64, 8, 4));
        using TrainingMonitor? monitor = options is null ? null : new(model, optimizer, options: options with { FixedInputs = fixedInputs, FixedTargets = fixedClasses });
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            (Tensor inputs, Tensor classes) = SampleData.Blobs(32, 8, 4);
            optimizer.zero_grad();
            Tensor loss = cross_entropy(model.call(inputs), classes);
            loss.backward();
            monitor?.Step(loss, examples: 32);
            optimizer.step();
        }
        finished?.Invoke(model);
        return monitor?.Verdicts() ?? [];
    }

    private sealed class ListLogger : ILogger
    {
        public List<(LogLevel Level, object? State, string Text)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, state, formatter(state, exception)));
    }

    private sealed class CountsLooks() : DynamicsCheck(steps: 1)
    {
        public int Count { get; private set; }

        public override string Claim => "It counts.";

        protected internal override TrainingGuards.Monitoring.Watch Begin(TrainingGuards.Monitoring.WatchedTraining training) => new Counting(this);

        private sealed class Counting(CountsLooks check) : TrainingGuards.Monitoring.Watch
        {
            public override TrainingGuards.Monitoring.Detail Wants => TrainingGuards.Monitoring.Detail.Parameters;

            public override void See(TrainingGuards.Monitoring.StepSample sample) => check.Count += sample.Parameters is null ? 0 : 1;

            public override Findings Findings(bool finished) => TrainingGuards.Findings.NotApplicable("it counts");
        }
    }
}

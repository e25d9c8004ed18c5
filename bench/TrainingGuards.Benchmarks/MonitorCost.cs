using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using DigitClassifier;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Benchmarks;

/// <summary>The time of training steps that a monitor with all its checks watches, over that of steps that nobody does: blocks of both in turn, in one run.</summary>
internal static class MonitorCost
{
    // Another process's burst falls on one block of a pair: the outermost pairs on both sides are left out.
    private const double LeftOut = 0.1;

    public static void Measure(string name, Func<Module<Tensor, Tensor>> model, int rounds, int stepsPerBlock, bool watches = true)
    {
        manual_seed(0);
        using var plain = new Training(model(), watched: null);
        var looks = new WantsAll();
        // Of the time that goes by half is the other training's: half the budget is 1 % of its own.
        using var watched = new Training(model(), watches ? [.. Checks(), looks] : null, overhead: 0.005);
        // Both are compiled, and the first looks, which every training has, are over.
        foreach (Training training in new[] { plain, watched, plain, watched }) training.Run(Math.Max(30, stepsPerBlock));
        int before = looks.Looks;
        List<double> wall = [], processor = [];
        double seconds = 0;
        for (int round = 0; round < rounds; round++)
        {
            bool plainFirst = round % 2 == 0;
            (double Wall, double Processor) first = (plainFirst ? plain : watched).Run(stepsPerBlock), second = (plainFirst ? watched : plain).Run(stepsPerBlock);
            ((double Wall, double Processor) without, (double Wall, double Processor) with) = plainFirst ? (first, second) : (second, first);
            wall.Add(with.Wall / without.Wall);
            processor.Add(with.Processor / without.Processor);
            seconds += without.Wall;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {plain.Parameters:N0} | {1000 * seconds / rounds / stepsPerBlock:0.0} ms | {Percent(wall)} | {Percent(processor)} | {200 * watched.Overhead:0.00} % | {looks.Looks - before} of {rounds * stepsPerBlock} |"));
    }

    /// <summary>
    /// What looks cost by the clock, over what the monitor's own account says of them: every step is looked into, so that a few hundred steps tell what a budget of 1 % would hide in noise. With a budget the clock shows the account
    /// times this factor.
    /// </summary>
    public static void MeasureLooks(string name, Func<Module<Tensor, Tensor>> model, int rounds, int stepsPerBlock)
    {
        manual_seed(0);
        using var plain = new Training(model(), watched: null);
        using var watched = new Training(model(), [.. Checks(), new WantsAll()], overhead: 1e9);
        foreach (Training training in new[] { plain, watched, plain, watched }) training.Run(Math.Max(30, stepsPerBlock));
        List<double> clock = [], account = [], without = [];
        for (int round = 0; round < rounds; round++)
        {
            bool plainFirst = round % 2 == 0;
            double first = plainFirst ? plain.Run(stepsPerBlock).Wall : 0, before = watched.Watching, with = watched.Run(stepsPerBlock).Wall;
            account.Add((watched.Watching - before) / stepsPerBlock);
            double alone = plainFirst ? first : plain.Run(stepsPerBlock).Wall;
            without.Add(alone / stepsPerBlock);
            clock.Add((with - alone) / stepsPerBlock);
        }
        // Other programs make a block longer, never shorter: the middle of the pairs is what no burst fell on.
        double look = Middle(clock), told = Middle(account);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {plain.Parameters:N0} | {1000 * Middle(without):0.0} ms | {1000 * look:0.0} ms | {1000 * told:0.0} ms | {look / told:0.00} |"));
    }

    private static double Middle(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>What a step costs that is not looked into, of the monitor alone: the fastest of many blocks, so that other programs count little.</summary>
    public static void MeasureUnlooked(int blocks)
    {
        using var watched = new Training(new DigitNet(), [.. Checks(), new WantsAll()], overhead: 1e-9);
        const int Steps = 1000;
        double least = double.MaxValue;
        long bytes = 0;
        for (int block = 0; block < blocks; block++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            least = Math.Min(least, watched.Unlooked(Steps));
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Steps;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A step that is not looked into costs the monitor {1e6 * least / Steps:0.0} µs and {bytes} bytes."));
    }

    private static string Percent(List<double> ratios)
    {
        int leftOut = (int)(LeftOut * ratios.Count);
        double[] kept = [.. ratios.Order().Skip(leftOut).SkipLast(leftOut)];
        double mean = kept.Average(), error = Math.Sqrt(kept.Sum(ratio => (ratio - mean) * (ratio - mean)) / (kept.Length - 1) / kept.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * (mean - 1):+0.0;−0.0} % ± {100 * error:0.0}");
    }

    private static IEnumerable<DynamicsCheck> Checks() => typeof(DynamicsCheck).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DynamicsCheck)) && !type.IsAbstract)
        .Select(type => type.GetConstructors().Single()).Select(make => (DynamicsCheck)make.Invoke([.. make.GetParameters().Select(parameter => parameter.DefaultValue)]));

    private sealed class Training : IDisposable
    {
        private readonly Module<Tensor, Tensor> _model;
        private readonly Optimizer _optimizer;
        private readonly TrainingMonitor? _monitor;
        private readonly long _begun = Stopwatch.GetTimestamp();
        private readonly Tensor _images = randn(Trainer.BatchSize, 1, 8, 8);
        private readonly Tensor _labels = arange(Trainer.BatchSize).remainder(10);

        public Training(Module<Tensor, Tensor> model, IReadOnlyList<DynamicsCheck>? watched, double overhead = 0.01)
        {
            _model = model;
            _optimizer = Trainer.NewOptimizer(model.parameters());
            var schedule = lr_scheduler.CosineAnnealingLR(_optimizer, 100_000);
            if (watched is not null) _monitor = new(model, _optimizer, schedule, new() { Checks = watched, MaximumOverhead = overhead, TotalSteps = 100_000, ClippingNorm = 1, ExamplesPerEpoch = 1_000_000, FixedInputs = _images, FixedTargets = _labels, Warned = _ => { } });
        }

        public long Parameters => _model.parameters().Sum(parameter => parameter.numel());

        public double Overhead => _monitor?.Overhead ?? 0;

        /// <summary>The seconds that watching has taken by the monitor's own account, but for the first look.</summary>
        public double Watching => Overhead / (1 + Overhead) * Stopwatch.GetElapsedTime(_begun).TotalSeconds;

        public (double Wall, double Processor) Run(int steps)
        {
            TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            for (int step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                _optimizer.zero_grad();
                Tensor loss = cross_entropy(_model.call(_images), _labels);
                loss.backward();
                double norm = nn.utils.clip_grad_norm_(_model.parameters(), max_norm: 1);
                _monitor?.Step(loss, Trainer.BatchSize, norm);
                _optimizer.step();
            }
            return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds);
        }

        /// <summary>The seconds that the monitor takes for some steps, none of which is looked into, but for the first three of all.</summary>
        public double Unlooked(int steps)
        {
            using Tensor loss = tensor(1f);
            long start = Stopwatch.GetTimestamp();
            for (int step = 0; step < steps; step++) _monitor!.Step(loss, Trainer.BatchSize, normBeforeClipping: 0.5);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public void Dispose()
        {
            _monitor?.Dispose();
            _optimizer.Dispose();
        }
    }
}

using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Trials;

namespace TrainingGuards.Tests;

public sealed class CheckProgressTests
{
    private static readonly Check Check = new LossDoesNotSpike();

    [Fact]
    public void Nothing_is_told_in_the_first_two_seconds_and_then_at_most_twice_a_second()
    {
        var clock = new Clock();
        var told = new List<(double Done, double? Total, TimeSpan Elapsed)>();
        var cost = new CostCounter(Budget.Unlimited, default, (done, total, elapsed) => told.Add((done, total, elapsed)), clock);
        cost.Expect(30);
        for (int step = 0; step < 31; step++)
        {
            clock.Now += TimeSpan.FromSeconds(0.1);
            cost.Step();
        }
        Assert.Equal([2.0, 2.5, 3.0], told.Select(one => Math.Round(one.Elapsed.TotalSeconds, 3)));
        Assert.Equal([19.0, 24, 29], told.Select(one => one.Done));
        Assert.All(told, one => Assert.Equal(30, one.Total));
    }

    [Fact]
    public void Beyond_what_was_expected_the_whole_is_not_known()
    {
        var clock = new Clock();
        double? total = 1;
        var cost = new CostCounter(Budget.Unlimited, default, (_, whole, _) => total = whole, clock);
        cost.Expect(1);
        cost.Step();
        cost.Step();
        clock.Now += TimeSpan.FromSeconds(3);
        cost.Step();
        Assert.Null(total);
    }

    [Fact]
    public void It_says_how_far_it_is()
    {
        Assert.Equal("LossDoesNotSpike: 40 of 100 steps, 3.2 s", new CheckProgress(Check, 40.33, 100, TimeSpan.FromSeconds(3.21)).ToString());
        Assert.Equal("LossDoesNotSpike: 40 steps, 4 s", new CheckProgress(Check, 40, null, TimeSpan.FromSeconds(4)).ToString());
        Assert.Equal(0.4, new CheckProgress(Check, 40, 100, TimeSpan.Zero).Part);
        Assert.Null(new CheckProgress(Check, 40, null, TimeSpan.Zero).Part);
    }

    [Fact]
    public void Lines_come_each_after_twice_as_long_and_anew_for_each_check()
    {
        var lines = new List<string>();
        var progress = new ProgressLines(lines.Add);
        for (int second = 2; second <= 17; second++) progress.Report(new(Check, second, null, TimeSpan.FromSeconds(second)));
        progress.Report(new(new StaysFinite(), 2, null, TimeSpan.FromSeconds(2)));
        Assert.Equal(["LossDoesNotSpike: 2 steps, 2 s", "LossDoesNotSpike: 4 steps, 4 s", "LossDoesNotSpike: 8 steps, 8 s", "LossDoesNotSpike: 16 steps, 16 s", "StaysFinite: 2 steps, 2 s"], lines);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}

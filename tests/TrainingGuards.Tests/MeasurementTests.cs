namespace TrainingGuards.Tests;

public sealed class MeasurementTests
{
    [Fact]
    public void One_NaN_among_good_readings_is_outside_and_the_worst()
    {
        var measurement = new Measurement("leak", Bound.AtMost(1), [new(0.5, "a"), new(double.NaN, "b"), new(0.9, "c")]);
        Assert.Equal(1, measurement.Outside);
        Assert.False(measurement.Holds);
        Assert.Equal("b", measurement.Worst.Culprit);
        Assert.Equal("leak = NaN b (worst of 3 readings, 1 outside)", measurement.ToString());
    }

    [Fact]
    public void No_reading_is_no_pass()
    {
        var measurement = new Measurement("leak", Bound.AtMost(1), []);
        Assert.False(measurement.Holds);
        Assert.Equal(0, measurement.Outside);
        Assert.Equal("leak: nothing was read", measurement.ToString());
    }

    [Fact]
    public void The_worst_is_the_farthest_outside() =>
        Assert.Equal("b", new Measurement("leak", Bound.Between(0, 1), [new(1.5, "a"), new(-2, "b"), new(0.5, "c")]).Worst.Culprit);

    [Fact]
    public void A_single_reading_is_told_without_a_count() =>
        Assert.Equal("loss after 400 steps = 1.46", new Measurement("loss after 400 steps", Bound.AtMost(0.1), 1.4612).ToString());
}

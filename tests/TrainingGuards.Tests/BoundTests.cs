namespace TrainingGuards.Tests;

public sealed class BoundTests
{
    public static TheoryData<Bound> Every =>
        [Bound.Exactly(0), Bound.Near(2, 0.05), Bound.AtMost(1), Bound.AtLeast(1), Bound.MoreThan(0), Bound.Between(-1, 1), Bound.AtLeast(0).Meaning("words"), default];

    [Theory]
    [MemberData(nameof(Every))]
    public void NaN_and_the_infinities_are_in_none(Bound bound)
    {
        foreach (double number in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Assert.False(bound.Contains(number));
            Assert.Equal(double.PositiveInfinity, bound.Excess(number));
        }
    }

    [Fact]
    public void Ends_are_included_but_for_MoreThan()
    {
        Assert.True(Bound.AtMost(1).Contains(1));
        Assert.True(Bound.AtLeast(1).Contains(1));
        Assert.True(Bound.Between(-1, 1).Contains(-1));
        Assert.True(Bound.Near(2, 0.05).Contains(2.1));
        Assert.True(Bound.Near(-2, 0.05).Contains(-1.9));
        Assert.False(Bound.MoreThan(0).Contains(0));
        Assert.True(Bound.MoreThan(0).Contains(double.Epsilon));
    }

    [Fact]
    public void Exactly_has_no_tolerance()
    {
        Assert.True(Bound.Exactly(0).Contains(-0.0));
        Assert.False(Bound.Exactly(0).Contains(double.Epsilon));
        Assert.False(Bound.Exactly(1).Contains(Math.BitIncrement(1)));
        Assert.True(Bound.Exactly(0).Excess(double.Epsilon) > 0);
    }

    [Fact]
    public void The_excess_is_the_distance_and_positive_on_an_open_end()
    {
        Assert.Equal(0, Bound.Between(1, 2).Excess(1.5));
        Assert.Equal(0.5, Bound.Between(1, 2).Excess(2.5));
        Assert.Equal(0.5, Bound.Between(1, 2).Excess(0.5));
        Assert.True(Bound.MoreThan(0).Excess(0) > 0);
    }

    [Fact]
    public void A_bound_says_itself_and_what_its_number_means()
    {
        Assert.Equal("at most 0.05", Bound.AtMost(0.05).ToString());
        Assert.Equal("2.3 ± 5 %", Bound.Near(2.3, 0.05).ToString());
        Assert.Equal("−1 to 1", Bound.Between(-1, 1).ToString());
        Assert.Equal("at least 0.9 (chance is 0.1)", Bound.AtLeast(0.9).Meaning("chance is 0.1").ToString());
    }

    [Fact]
    public void The_default_contains_zero_alone()
    {
        Assert.Equal("exactly 0", default(Bound).ToString());
        Assert.True(default(Bound).Contains(0));
        Assert.False(default(Bound).Contains(1));
    }
}

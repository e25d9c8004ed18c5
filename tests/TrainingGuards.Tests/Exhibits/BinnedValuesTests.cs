using TrainingGuards.Exhibits;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Exhibits;

public sealed class BinnedValuesTests
{
    [Fact]
    public void Every_number_is_counted_once()
    {
        using Tensor values = tensor(new[] { -1f, -0.5f, 0.25f, 1, float.NaN, float.NegativeInfinity }), others = tensor(new[] { -9f, 9f });
        Histograms histograms = BinnedValues.Of("x", "row", [("a", values), ("b", others)], range: (-1, 1))!;
        Assert.Equal((4L, 2L, 0L, 0L), (histograms.Rows[0].Counts.Sum(), histograms.Rows[0].NotFinite, histograms.Rows[0].Below, histograms.Rows[0].Above));
        Assert.Equal((0L, 1L, 1L), (histograms.Rows[1].Counts.Sum(), histograms.Rows[1].Below, histograms.Rows[1].Above));
        Assert.Equal((1L, 1L), (histograms.Rows[0].Counts[0], histograms.Rows[0].Counts[^1]));
        Assert.Equal(1, histograms.Rows[0].Counts[BinnedValues.Bins / 4]);
    }

    [Fact]
    public void Many_zeros_are_counted_apart()
    {
        using Tensor values = cat([zeros(50), linspace(0.1, 1, 50)]);
        Histogram row = BinnedValues.Of("x", "", [("", values)])!.Rows[0];
        Assert.Equal((50L, 50L), (row.Zeros, row.Counts.Sum()));
    }

    [Fact]
    public void Sizes_in_factors_have_zero_below()
    {
        using Tensor values = tensor(new[] { 0f, 1e-6f, -1e-3f, 1f });
        Histograms histograms = BinnedValues.Of("x", "", [("", values)], logarithmic: true)!;
        Assert.Equal((1L, 3L), (histograms.Rows[0].Below, histograms.Rows[0].Counts.Sum()));
        Assert.Equal(1e-6, histograms.Low, 1e-9);
        Assert.Equal(1, histograms.High, 1e-4);
    }

    [Fact]
    public void A_constant_has_a_picture_and_nothing_has_none()
    {
        using Tensor constant = full([8], 3f), none = full([8], float.NaN);
        Histograms histograms = BinnedValues.Of("x", "", [("", constant)])!;
        Assert.True(histograms.Low < 3 && histograms.High > 3);
        Assert.Equal(8, histograms.Rows[0].Counts.Sum());
        Assert.Null(BinnedValues.Of("x", "", [("", none)]));
    }

    [Fact]
    public void Looks_are_counted_where_they_lie()
    {
        var looks = new CountedLooks("ratio", 1e-6, 1);
        foreach (double value in new[] { 0, 1e-3, 1e-3, 2, double.NaN }) looks.Add("a", value);
        Histogram row = looks.Pictures().Single().Rows.Single();
        Assert.Equal((2L, 1L, 1L, 1L), (row.Counts.Sum(), row.Below, row.Above, row.NotFinite));
        Assert.Empty(new CountedLooks("ratio", 1e-6, 1).Pictures());
    }
}

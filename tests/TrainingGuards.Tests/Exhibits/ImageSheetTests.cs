using static TorchSharp.torch;

namespace TrainingGuards.Tests.Exhibits;

public sealed class ImageSheetTests
{
    [Fact]
    public void Levels_and_ranges_are_those_of_the_numbers()
    {
        using Tensor images = tensor(new float[] { 0, 1, 2, 4, -4, 0, 0, 0 }).reshape(2, 1, 2, 2);
        ImageSheet sheet = ImageSheet.Of("input", images, ["first"]);
        Assert.Equal((-4, 4), (sheet.Low, sheet.High));
        Assert.Equal([128, 159, 191, 255], sheet.Images[0].Levels.Select(level => (int)level));
        Assert.Equal(("first", 0, 4), (sheet.Images[0].Caption, sheet.Images[0].Least, sheet.Images[0].Greatest));
        Assert.Equal(("1", -4, 0), (sheet.Images[1].Caption, sheet.Images[1].Least, sheet.Images[1].Greatest));
        Assert.Equal("", sheet.Note);
    }

    [Fact]
    public void What_is_not_finite_is_counted_and_does_not_scale()
    {
        using Tensor images = tensor(new[] { float.NaN, 1, 3, float.PositiveInfinity }).reshape(1, 2, 2);
        ImageSheet sheet = ImageSheet.Of("input", images);
        Assert.Equal((1, 3), (sheet.Low, sheet.High));
        Assert.Equal((2L, 1, 3), (sheet.Images[0].NotFinite, sheet.Images[0].Least, sheet.Images[0].Greatest));
        using Tensor none = full([1, 2, 2], float.NaN);
        Assert.Equal((4L, double.NaN), (ImageSheet.Of("input", none).Images[0].NotFinite, ImageSheet.Of("input", none).Images[0].Least));
    }

    [Theory]
    [InlineData(new long[] { 20, 1, 8, 8 }, 16, 8, 8, 1, "the first 16 of 20")]
    [InlineData(new long[] { 2, 3, 128, 64 }, 2, 32, 64, 3, "averaged down from 64 × 128 to 32 × 64 pixels")]
    [InlineData(new long[] { 2, 8, 6, 3 }, 2, 6, 8, 3, "")]
    [InlineData(new long[] { 2, 4, 6, 5 }, 2, 5, 6, 3, "the first 3 of 4 channels")]
    [InlineData(new long[] { 2, 32, 6, 6 }, 2, 6, 6, 1, "channel 0 of 32")]
    [InlineData(new long[] { 1, 2, 784 }, 1, 64, 2, 1, "averaged down from 784 × 2 to 64 × 2 pixels")]
    public void Sizes_are_bounded_and_what_was_done_is_said(long[] shape, int count, int width, int height, int channels, string note)
    {
        using Tensor images = rand(shape);
        ImageSheet sheet = ImageSheet.Of("input", images);
        Assert.Equal((count, note), (sheet.Images.Count, sheet.Note));
        Assert.All(sheet.Images, image => Assert.Equal((width, height, channels), (image.Width, image.Height, image.Channels)));
    }

    [Fact]
    public void Channels_last_and_channels_first_are_the_same_picture()
    {
        using Tensor first = rand(1, 3, 4, 5), last = first.permute(0, 2, 3, 1).contiguous();
        Assert.Equal(ImageSheet.Of("a", first).Images[0].Levels, ImageSheet.Of("a", last).Images[0].Levels);
    }

    [Fact]
    public void Zero_is_grey_where_that_is_asked_for()
    {
        using Tensor images = tensor(new float[] { 0, 3, 1, -1 }).reshape(1, 2, 2);
        ImageSheet sheet = ImageSheet.Of("weight", images, centred: true);
        Assert.Equal((-3, 3, 128), (sheet.Low, sheet.High, (int)sheet.Images[0].Levels[0]));
    }

    [Fact]
    public void Another_shape_is_refused_with_what_was_given_and_expected()
    {
        using Tensor row = rand(8);
        string message = Assert.Throws<ArgumentException>(() => ImageSheet.Of("input", row)).Message;
        Assert.Contains("[8]", message, StringComparison.Ordinal);
        Assert.Contains("[N, C, H, W]", message, StringComparison.Ordinal);
    }
}

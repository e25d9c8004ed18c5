using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using TrainingGuards.Reporting.Html;

namespace TrainingGuards.Tests.Reporting;

public sealed class PngTests
{
    [Theory]
    [InlineData(3, 2, 1)]
    [InlineData(2, 3, 3)]
    public void A_reader_of_PNG_finds_the_levels(int width, int height, int channels)
    {
        byte[] levels = [.. Enumerable.Range(0, width * height * channels).Select(at => (byte)(at * 13))];
        Assert.Equal(levels, Read(Png.Of(new TensorImage("", width, height, channels, levels)), width, height, channels));
    }

    // "IEND" with no data has this sum in every PNG.
    [Fact]
    public void Sums_are_those_of_the_standard() => Assert.Equal([0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82], Png.Of(new TensorImage("", 1, 1, 1, [0]))[^8..]);

    [Theory]
    [InlineData(0, 1, 1, 0)]
    [InlineData(65, 1, 1, 65)]
    [InlineData(2, 2, 2, 8)]
    [InlineData(2, 2, 1, 5)]
    public void A_picture_of_another_size_is_refused(int width, int height, int channels, int levels) =>
        Assert.Contains("expected", Assert.Throws<ArgumentException>(() => new TensorImage("", width, height, channels, new byte[levels])).Message, StringComparison.Ordinal);

    private static byte[] Read(byte[] png, int width, int height, int channels)
    {
        var data = new MemoryStream();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            string type = Encoding.ASCII.GetString(png, at + 4, 4);
            byte[] own = png[(at + 8)..(at + 8 + length)];
            if (type == "IHDR") Assert.Equal((width, height, 8, channels == 1 ? 0 : 2), (BinaryPrimitives.ReadInt32BigEndian(own), BinaryPrimitives.ReadInt32BigEndian(own.AsSpan(4)), own[8], own[9]));
            if (type == "IDAT") data.Write(own);
            at += 12 + length;
        }
        data.Position = 0;
        using var rows = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionMode.Decompress)) zlib.CopyTo(rows);
        return [.. rows.ToArray().Chunk(1 + (width * channels)).SelectMany(row => row.Skip(1))];
    }
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace TrainingGuards.Reporting.Html;

/// <summary>A picture as PNG (ISO/IEC 15948), 8 bits a channel, in an address that needs nothing else. .NET has zlib's compression and no PNG.</summary>
internal static class Png
{
    private const byte Grey = 0, Colour = 2;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(Remainder)];

    public static string Address(TensorImage image) => $"data:image/png;base64,{Convert.ToBase64String(Of(image))}";

    public static byte[] Of(TensorImage image)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (8, image.Channels == 1 ? Grey : Colour);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Rows(image));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Rows(TensorImage image)
    {
        int stride = image.Width * image.Channels;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            byte[] levels = [.. image.Levels];
            for (int row = 0; row < image.Height; row++)
            {
                // Each row begins with the filter that it uses: none.
                zlib.WriteByte(0);
                zlib.Write(levels, row * stride, stride);
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Sum(data, Sum(type, uint.MaxValue)) ^ uint.MaxValue);
        file.Write(number);
    }

    // CRC-32 as PNG has it: polynomial 0xEDB88320, all ones before and after.
    private static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        foreach (byte one in bytes) sum = Remainders[(sum ^ one) & 0xFF] ^ (sum >> 8);
        return sum;
    }

    private static uint Remainder(int value)
    {
        uint rest = (uint)value;
        for (int bit = 0; bit < 8; bit++) rest = (rest & 1) != 0 ? 0xEDB88320 ^ (rest >> 1) : rest >> 1;
        return rest;
    }
}

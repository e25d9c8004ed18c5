using System.Buffers.Binary;
using System.Text;

namespace TorchSharp;

/// <summary>TensorFlow's protocol buffer <c>Event</c>: wall_time 1, step 2, file_version 3, summary 5, of which value 1 has tag 1 and simple_value 2.</summary>
internal static class EventMessage
{
    private const int Varint = 0, Double = 1, Bytes = 2, Float = 5;

    /// <summary>The first of a file.</summary>
    public static byte[] OfVersion(double wallTime)
    {
        var message = new List<byte>();
        Add(message, 1, wallTime);
        Add(message, 3, Encoding.UTF8.GetBytes("brain.Event:2"));
        return [.. message];
    }

    public static byte[] OfScalar(double wallTime, long step, string tag, float scalar)
    {
        var value = new List<byte>();
        Add(value, 1, Encoding.UTF8.GetBytes(tag));
        Add(value, 2, scalar);
        var summary = new List<byte>();
        Add(summary, 1, value);
        var message = new List<byte>();
        Add(message, 1, wallTime);
        AddKey(message, 2, Varint);
        AddVarint(message, (ulong)step);
        Add(message, 5, summary);
        return [.. message];
    }

    private static void Add(List<byte> to, int field, double value)
    {
        AddKey(to, field, Double);
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        to.AddRange(bytes);
    }

    private static void Add(List<byte> to, int field, float value)
    {
        AddKey(to, field, Float);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        to.AddRange(bytes);
    }

    private static void Add(List<byte> to, int field, IReadOnlyCollection<byte> value)
    {
        AddKey(to, field, Bytes);
        AddVarint(to, (ulong)value.Count);
        to.AddRange(value);
    }

    private static void AddKey(List<byte> to, int field, int wireType) => AddVarint(to, (ulong)((field << 3) | wireType));

    private static void AddVarint(List<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.Add((byte)(value | 0x80));
        to.Add((byte)value);
    }
}

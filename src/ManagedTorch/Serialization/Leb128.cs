namespace TorchSharp.Utils;

/// <summary>Whole numbers in groups of seven bits, lowest first, the eighth bit set on all but the last.</summary>
internal static class Leb128
{
    public static void WriteLeb128(this BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        while (value > 0x7f)
        {
            writer.Write((byte)((value & 0x7f) | 0x80));
            value >>= 7;
        }
        writer.Write((byte)value);
    }

    public static long ReadLeb128(this BinaryReader reader)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte group = reader.ReadByte();
            value |= (group & 0x7fL) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
    }
}

using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

// TorchSharp's own format: the type, the number of sizes and the sizes in LEB128, then the elements in order, little-endian.
public static partial class TensorExtensionMethods
{
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        writer.WriteLeb128((long)tensor.dtype);
        long[] shape = tensor.shape;
        writer.WriteLeb128(shape.Length);
        foreach (long size in shape)
        {
            writer.WriteLeb128(size);
        }
        using DisposeScope scope = NewDisposeScope();
        using var _ = no_grad();
        tensor.to(CPU).WriteBytesToStream(writer.BaseStream);
    }

    public static void Save(this Tensor tensor, Stream stream)
    {
        using BinaryWriter writer = new(stream);
        tensor.Save(writer);
    }

    public static void Save(this Tensor tensor, string location)
    {
        using FileStream stream = File.Create(location);
        tensor.Save(stream);
    }

    /// <summary>Reads the saved elements into this tensor, in place.</summary>
    /// <exception cref="ArgumentException">The type differs or, unless skipped, the shape.</exception>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = ReadHeader(reader);
        if (type != tensor.dtype)
        {
            throw new ArgumentException($"The saved tensor is of {type}, this one of {tensor.dtype}.", nameof(reader));
        }
        ReadInto(tensor, reader, shape, skip);
    }

    public static Tensor Load(BinaryReader reader, bool skip = false)
    {
        Tensor? tensor = null;
        Load(ref tensor, reader, skip);
        return tensor!;
    }

    /// <summary>Reads the saved elements into this tensor or, where it is null, into a new one.</summary>
    public static void Load(ref Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = ReadHeader(reader);
        tensor ??= zeros(shape, dtype: type);
        ReadInto(tensor, reader, shape, skip);
    }

    private static (ScalarType Type, long[] Shape) ReadHeader(BinaryReader reader)
    {
        ScalarType type = (ScalarType)reader.ReadLeb128();
        long[] shape = new long[reader.ReadLeb128()];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = reader.ReadLeb128();
        }
        return (type, shape);
    }

    private static void ReadInto(Tensor tensor, BinaryReader reader, long[] shape, bool skip)
    {
        if (skip)
        {
            reader.BaseStream.Seek(tensor.NumberOfElements * tensor.ElementSize, SeekOrigin.Current);
            return;
        }
        if (!shape.AsSpan().SequenceEqual(tensor.shape))
        {
            throw new ArgumentException(
                $"The saved tensor has shape [{string.Join(", ", shape)}], this one [{string.Join(", ", tensor.shape)}].", nameof(shape));
        }
        using var _ = no_grad();
        if (tensor.device_type == DeviceType.CPU)
        {
            tensor.ReadBytesFromStream(reader.BaseStream);
            return;
        }
        using Tensor onCpu = zeros(shape, dtype: tensor.dtype, device: CPU);
        onCpu.ReadBytesFromStream(reader.BaseStream);
        tensor.copy_(onCpu);
    }
}

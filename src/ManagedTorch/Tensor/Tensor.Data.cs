using System.Runtime.InteropServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public TensorAccessor<T> data<T>() where T : unmanaged => new(this);

        public T item<T>() where T : unmanaged
        {
            if (numel() != 1) throw new ArgumentException($"Number of elements in the tensor must be 1, not {numel()}.");
            if (ScalarTypes.Of<T>() != dtype) throw new ArgumentException($"The element of a tensor of {dtype} is not of type {typeof(T)}.");
            DeviceCopies.Read(this);
            return FromOffset<T>()[0];
        }

        public Scalar ToScalar()
        {
            DeviceCopies.Read(this);
            return Peek();
        }

        /// <summary>The one element as a kernel sees it: no read by the host.</summary>
        internal Scalar Peek()
        {
            if (numel() != 1) throw TorchError.Of($"{numel()} elements are not one number.");
            return dtype switch
            {
                ScalarType.Float32 => FromOffset<float>()[0],
                ScalarType.Float64 => FromOffset<double>()[0],
                ScalarType.Int64 => FromOffset<long>()[0],
                ScalarType.Int32 => FromOffset<int>()[0],
                ScalarType.Int16 => FromOffset<short>()[0],
                ScalarType.Int8 => FromOffset<sbyte>()[0],
                ScalarType.Bool => FromOffset<bool>()[0],
                ScalarType.Float16 => FromOffset<Half>()[0],
                ScalarType.BFloat16 => FromOffset<BFloat16>()[0],
                _ => FromOffset<byte>()[0],
            };
        }

        /// <summary>The memory of the elements, to read and write: of a contiguous tensor alone.</summary>
        public Span<byte> bytes
        {
            get
            {
                if (device_type != DeviceType.CPU) throw new InvalidOperationException("The bytes lie on another device: call cpu() before reading them.");
                if (!IsContiguousRowMajor) throw new NotImplementedException("The bytes of a tensor that is not contiguous: call contiguous() first.");
                int width = ScalarTypes.SizeOf(dtype);
                return Impl.Storage.Bytes.Slice(checked((int)(Impl.Offset * width)), checked((int)(numel() * width)));
            }

            set
            {
                if (value.Length != numel() * ElementSize) throw new ArgumentException("The bytes are not as many as the tensor's.", nameof(value));
                value.CopyTo(bytes);
            }
        }

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public float ReadCpuFloat16(long i) => (float)ReadCpuValue<Half>(i);

        public float ReadCpuBFloat16(long i) => ReadCpuValue<BFloat16>(i).ToSingle();

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public short ReadCpuInt16(long i) => ReadCpuValue<short>(i);

        public sbyte ReadCpuSByte(long i) => ReadCpuValue<sbyte>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public T ReadCpuValue<T>(long i) where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes)[checked((int)i)];
    }
}

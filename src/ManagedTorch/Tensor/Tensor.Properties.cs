using System.Numerics;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long[] shape => [.. Impl.Sizes];

        public long Dimensions => Impl.Sizes.Length;

        public long ndim => Dimensions;

        public long NumberOfElements => Impl.Count;

        public long ElementSize => ScalarTypes.SizeOf(dtype);

        public ScalarType dtype => Impl.Dtype;

        public Device device => Impl.Storage.Device;

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_sparse => false;

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim) => Impl.Sizes[Shapes.Dim(dim, Rank)];

        public long[] stride() => [.. Impl.Strides];

        public long stride(int dim) => Impl.Strides[Shapes.Dim(dim, Rank)];

        public long storage_offset() => Impl.Offset;

        public bool is_contiguous() => IsContiguousRowMajor;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public bool is_quantized() => torch.is_quantized(dtype);

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_pinned() => false;

        public bool is_nonzero()
        {
            if (NumberOfElements != 1) throw TorchError.Of($"{NumberOfElements} elements are neither true nor false.");
            return ToScalar().Truth;
        }

        internal int Rank => Impl.Sizes.Length;

        internal long[] Sizes => Impl.Sizes;

        internal long[] Strides => Impl.Strides;

        internal bool IsFloating => ScalarTypes.IsFloating(dtype);

        internal bool IsContiguousRowMajor => Shapes.IsRowMajor(Impl.Sizes, Impl.Strides);

        /// <summary>The elements in row-major order, to read and write in place: of a contiguous tensor of T alone (bool also as byte).</summary>
        internal Span<T> Flat<T>() where T : unmanaged
        {
            if (!IsContiguousRowMajor) throw new InvalidOperationException($"A tensor of shape {Shapes.Text(Sizes)} and strides {Shapes.Text(Strides)} is not contiguous.");
            return FromOffset<T>()[..checked((int)NumberOfElements)];
        }

        /// <summary>The storage from the tensor's first element on, for strided access.</summary>
        internal Span<T> FromOffset<T>() where T : unmanaged
        {
            ScalarType asked = ScalarTypes.Of<T>();
            if (asked != dtype && !(asked == ScalarType.Byte && dtype == ScalarType.Bool))
                throw new InvalidOperationException($"A tensor of {dtype} has no elements of {asked}.");
            return Impl.Storage.Elements<T>()[checked((int)Impl.Offset)..];
        }

        /// <summary>The same for kernels that move elements without regard to what they mean: of T's width alone.</summary>
        internal Span<T> BitsFromOffset<T>() where T : unmanaged => Impl.Storage.Elements<T>()[checked((int)Impl.Offset)..];

        internal T Number<T>() where T : unmanaged, INumber<T> => ToScalar().As<T>();
    }

    public static long numel(Tensor input) => input.numel();

    public static bool is_tensor(object obj) => obj is Tensor;

    public static bool is_integral(Tensor t) => t.is_integral();

    public static bool is_floating_point(Tensor input) => input.is_floating_point();

    public static bool is_complex(Tensor input) => input.is_complex();

    public static bool is_nonzero(Tensor input) => input.is_nonzero();
}

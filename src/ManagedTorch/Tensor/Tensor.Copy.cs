namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same elements as another type, outside the graph; the handle itself where that is its type already.</summary>
        internal Tensor AsDtype(ScalarType type)
        {
            if (type == dtype) return this;
            Tensor converted = Pointwise.Fresh(Sizes, type, device);
            Casting.Copy(this, converted);
            return converted;
        }

        /// <summary>The elements as a kernel computes with them: float32 in place of a narrower type, outside the graph.</summary>
        internal Tensor Widened() => AsDtype(ScalarTypes.Computed(dtype));

        /// <summary>A contiguous copy, outside the graph.</summary>
        internal Tensor Packed()
        {
            Tensor copy = Pointwise.Fresh(Sizes, dtype, device);
            Casting.Copy(this, copy);
            return copy;
        }

        public Tensor contiguous()
        {
            if (IsContiguousRowMajor) return new Tensor(Impl);
            return Op.Record("CloneBackward", Packed(), [this], g => [g]);
        }

        public Tensor clone()
        {
            Tensor copy = IsDense ? Alike() : Packed();
            return Op.Record("CloneBackward", copy, [this], g => [g]);
        }

        // A permuted tensor's copy is permuted alike.
        private bool IsDense
        {
            get
            {
                int[] order = [.. Enumerable.Range(0, Rank).Where(d => Sizes[d] != 1).OrderByDescending(d => Strides[d])];
                return Shapes.IsRowMajor(Array.ConvertAll(order, d => Sizes[d]), Array.ConvertAll(order, d => Strides[d]));
            }
        }

        private Tensor Alike()
        {
            var storage = new TensorStorage(dtype, numel(), device);
            Tensor copy = new(new TensorImpl(storage, Sizes, IsContiguousRowMajor ? Shapes.RowMajor(Sizes) : Strides, 0));
            Casting.Copy(this, copy);
            return copy;
        }

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            if (!Shapes.CanBroadcast(source.Sizes, Sizes))
            {
                throw TorchError.Of($"A source of {Shapes.Text(source.Sizes)} is not broadcast to {Shapes.Text(Sizes)}.");
            }
            return InPlace(
                [source],
                before => Op.Record("CopyBackwards", source.AsDtype(dtype).Spread(Sizes).Packed(), [before, source.to(device)], g => [null, g]),
                () => Casting.Copy(source.Spread(Sizes), this));
        }

        public Tensor set_(Tensor source)
        {
            Impl.Become(source.Impl);
            return this;
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(type, device, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            InitializeDeviceType(device.type);
            Tensor result = !copy && type == dtype && device.IsSame(this.device) ? new Tensor(Impl) : Converted(type, device);
            if (disposeAfter) Dispose();
            return result;
        }

        private Tensor Converted(ScalarType type, Device target)
        {
            Tensor result = Pointwise.Fresh(Sizes, type, target);
            Casting.Copy(this, result);
            Device home = device;
            return Op.Record("ToCopyBackward", result, [this], g => [g.to(home)]);
        }

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(type, copy, disposeAfter, non_blocking);

        public Tensor type(ScalarType dtype) => to(dtype);

        public Tensor type_as(Tensor tensor) => to(tensor.dtype);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor @float() => to(ScalarType.Float32);

        public Tensor half() => to(ScalarType.Float16);

        public Tensor bfloat16() => to(ScalarType.BFloat16);

        public Tensor @double() => to(ScalarType.Float64);

        public Tensor @long() => to(ScalarType.Int64);

        public Tensor @int() => to(ScalarType.Int32);

        public Tensor @short() => to(ScalarType.Int16);

        public Tensor @byte() => to(ScalarType.Byte);

        public Tensor @char() => to(ScalarType.Int8);

        public Tensor @bool() => to(ScalarType.Bool);
    }
}

using System.Globalization;

namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MKLDNN = 2,
    OPENGL = 3,
    OPENCL = 4,
    IDEEP = 5,
    HIP = 6,
    FPGA = 7,
    MSNPU = 8,
    XLA = 9,
    MPS = 13,
    META = 14,
}

public static partial class torch
{
    public class Device
    {
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Parse(parts[0]);
            index = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : -1;
        }

        public Device(string deviceType, int index = -1) : this(Parse(deviceType), index)
        {
        }

        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        public Device(int index) : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; }

        public int index { get; } = -1;

        public static implicit operator Device(string description) => new(description);

        // A bare "cuda" is the first one.
        internal bool IsSame(Device other) => type == other.type && Math.Max(index, 0) == Math.Max(other.index, 0);

        public override string ToString()
        {
            string name = type.ToString().ToLowerInvariant();
            return type == DeviceType.CPU || index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{index}");
        }

        private static DeviceType Parse(string name) => Enum.Parse<DeviceType>(name, ignoreCase: true);
    }

    public static Device CPU = new(DeviceType.CPU);
    public static Device META = new(DeviceType.META);

    public static Device CUDA => new(DeviceType.CUDA);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    public static Device InitializeDevice(Device? device)
    {
        Device chosen = device ?? get_default_device();
        InitializeDeviceType(chosen.type);
        return chosen;
    }

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType)) throw new InvalidOperationException($"There is no device of type {deviceType} here.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType == DeviceType.CPU || (deviceType == DeviceType.CUDA && SimulatedCuda.IsOffered);

    public static bool cuda_is_available() => cuda.is_available();

    public static bool mps_is_available() => false;

    public static partial class cuda
    {
        public static bool is_available() => TryInitializeDeviceType(DeviceType.CUDA);

        public static bool is_cudnn_available() => false;

        public static int device_count() => is_available() ? 1 : 0;

        public static void manual_seed(long seed)
        {
        }

        public static void manual_seed_all(long seed)
        {
        }

        public static void synchronize(Device? device = null)
        {
            if (!is_available()) throw TorchError.Of("Torch not compiled with CUDA enabled");
        }
    }
}

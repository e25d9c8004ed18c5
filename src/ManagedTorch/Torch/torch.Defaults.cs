namespace TorchSharp;

public static partial class torch
{
    private static ScalarType defaultDtype = ScalarType.Float32;
    private static Device? defaultDevice;
    private static int threads = Environment.ProcessorCount;
    private static int interopThreads = Environment.ProcessorCount;

    public static ScalarType get_default_dtype() => defaultDtype;

    public static void set_default_dtype(ScalarType dtype)
    {
        if (!is_floating_point(dtype)) throw TorchError.Of("the default type is a floating-point type");
        defaultDtype = dtype;
    }

    public static Device get_default_device() => defaultDevice ?? CPU;

    public static void set_default_device(Device device) => defaultDevice = InitializeDevice(device);

    public static void set_default_device(string device) => set_default_device(new Device(device));

    public static int get_num_threads() => threads;

    public static void set_num_threads(int num) => threads = num > 0 ? num : throw TorchError.Of($"There is at least one thread, not {num}.");

    public static int get_num_interop_threads() => interopThreads;

    public static void set_num_interop_threads(int num) => interopThreads = num > 0 ? num : throw TorchError.Of($"There is at least one thread, not {num}.");
}

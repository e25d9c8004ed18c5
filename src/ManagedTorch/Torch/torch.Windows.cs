namespace TorchSharp;

public static partial class torch
{
    public static Tensor bartlett_window(long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, t => 1 - Math.Abs((2 * t) - 1));

    public static Tensor blackman_window(long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, t => 0.42 - (0.5 * Math.Cos(2 * Math.PI * t)) + (0.08 * Math.Cos(4 * Math.PI * t)));

    public static Tensor hamming_window(long len, bool periodic = true, float alpha = 0.54f, float beta = 0.46f, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, t => alpha - (beta * Math.Cos(2 * Math.PI * t)));

    public static Tensor hann_window(long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, t => 0.5 - (0.5 * Math.Cos(2 * Math.PI * t)));

    public static Tensor kaiser_window(long len, bool periodic = true, float beta = 12, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, t => BesselFunction.I(0, beta * Math.Sqrt(Math.Max(0, 1 - (((2 * t) - 1) * ((2 * t) - 1))))) / BesselFunction.I(0, beta));

    /// <summary>A shape over 0 to 1, of which a periodic window leaves the last point to its next period.</summary>
    private static Tensor Window(long length, bool periodic, ScalarType? dtype, Device? device, bool requires_grad, Func<double, double> shape)
    {
        if (length < 0) throw TorchError.Of($"A window has no negative length, {length}.");
        ScalarType type = dtype ?? defaultDtype;
        if (!ScalarTypes.IsFloating(type)) throw TorchError.Of($"A window is of floating-point numbers, not of {type}.");
        return Filled([length], type, device, requires_grad, i => length == 1 ? 1 : shape((double)i / (periodic ? length : length - 1)));
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static Tensor empty_strided(long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        RefuseNames(names);
        long last = 0;
        for (int d = 0; d < size.Length; d++) last += Math.Max(size[d] - 1, 0) * strides[d];
        var storage = new TensorStorage(dtype ?? defaultDtype, Shapes.Count(size) == 0 ? 0 : last + 1, InitializeDevice(device));
        return new Tensor(new TensorImpl(storage, (long[])size.Clone(), (long[])strides.Clone(), 0)).requires_grad_(requires_grad);
    }

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        bool whole = start.Type != ScalarType.Float64 && stop.Type != ScalarType.Float64 && step.Type != ScalarType.Float64;
        if (step.Real == 0) throw TorchError.Of("A range does not step by zero.");
        if ((stop.Real - start.Real) * Math.Sign(step.Real) < 0) throw TorchError.Of("The step leads away from the end of the range.");
        long count = (long)Math.Ceiling((stop.Real - start.Real) / step.Real);
        ScalarType type = dtype ?? (whole ? ScalarType.Int64 : defaultDtype);
        return Filled([count], type, device, requires_grad, i => start.Real + (i * step.Real));
    }

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        // Each half is counted from its own end, so that both ends are met exactly.
        return Filled([steps], dtype ?? defaultDtype, device, requires_grad, i => i < (steps + 1) / 2 ? start + (i * step) : end - ((steps - 1 - i) * step));
    }

    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        return Filled([steps], dtype ?? defaultDtype, device, requires_grad, i => Math.Pow(@base, start + (i * step)));
    }

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        long width = columns < 0 ? rows : columns;
        return Filled([rows, width], dtype ?? defaultDtype, device, requires_grad, i => i / width == i % width ? 1 : 0, names);
    }

    /// <summary>The one way into a new tensor: memory, elements, then the flag.</summary>
    private static Tensor Made(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names, Action<Tensor> fill)
    {
        RefuseNames(names);
        Tensor made = Pointwise.Fresh(size, dtype ?? defaultDtype, InitializeDevice(device));
        fill(made);
        return requires_grad ? made.requires_grad_() : made;
    }

    private static Tensor Filled(long[] size, ScalarType type, Device? device, bool requires_grad, Func<long, double> element, string[]? names = null) =>
        Made(size, type, device, requires_grad, names, made =>
        {
            using Temporaries own = Temporaries.Enter();
            Tensor doubles = made.dtype == ScalarType.Float64 ? made : Pointwise.Fresh(size, ScalarType.Float64, made.device);
            Span<double> elements = doubles.Flat<double>();
            for (int i = 0; i < elements.Length; i++) elements[i] = element(i);
            if (!ReferenceEquals(doubles, made)) Casting.Copy(doubles, made);
        });

    private static void RefuseNames(string[]? names)
    {
        if (names is not null) throw Gap.NamedDimensions.Exception;
    }

    private static ScalarType FullType(Scalar value) => value.Type == ScalarType.Float64 ? defaultDtype : value.Type;
}

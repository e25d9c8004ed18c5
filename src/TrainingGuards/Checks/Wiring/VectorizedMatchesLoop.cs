using System.Reflection;
using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>A function over whole tensors gives what its loop over single examples, positions or pairs gives.</summary>
/// <remarks>
/// Write the loop first, get it right, and vectorise it then (Karpathy, A Recipe for Training Neural Networks, 2019). Both are given the same random inputs, N(0, 1), whose free sizes are distinct primes, so that no
/// two dimensions can be taken for each other; with two seeds and two orders of the primes, and with each size in turn 1. Two orders of summation differ by about 1e−7·√n in float32. It cannot see what both do wrong, nor gradients. Cost: a
/// few calls of both functions; the model is not asked.
/// </remarks>
public sealed class VectorizedMatchesLoop : Check
{
    private readonly FreeSizes _sizes;
    private readonly Func<IReadOnlyDictionary<string, long>, Tensors>? _inputs;

    /// <summary>Both functions over random inputs of shapes in which sizes have names.</summary>
    /// <param name="vectorized">The function that training uses.</param>
    /// <param name="looped">The same, as simply as it can be written.</param>
    /// <param name="shapes">The shapes of the inputs, by names and numbers: <c>batch, time, 3; batch</c>.</param>
    /// <param name="tolerance">The largest difference, relative to the root mean square of the loop's results.</param>
    /// <exception cref="ArgumentException">The shapes cannot be read, or there are more than 7 names.</exception>
    public VectorizedMatchesLoop(Func<Tensors, Tensors> vectorized, Func<Tensors, Tensors> looped, string shapes, double tolerance = 1e-4)
        : this(vectorized, looped, FreeSizes.Parse(shapes ?? throw new ArgumentNullException(nameof(shapes))), null, shapes, tolerance)
    {
    }

    private VectorizedMatchesLoop(Func<Tensors, Tensors> vectorized, Func<Tensors, Tensors> looped, FreeSizes sizes, Func<IReadOnlyDictionary<string, long>, Tensors>? inputs, string shapes, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(vectorized);
        ArgumentNullException.ThrowIfNull(looped);
        (Vectorized, Looped, Shapes, _sizes, _inputs) = (vectorized, looped, shapes, sizes, inputs);
        Tolerance = tolerance is >= 0 and < 1 ? tolerance : throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "A tolerance is a part, from 0 to 1.");
    }

    /// <summary>The function that training uses.</summary>
    public Func<Tensors, Tensors> Vectorized { get; }

    /// <summary>The same, as simply as it can be written.</summary>
    public Func<Tensors, Tensors> Looped { get; }

    /// <summary>The shapes of the inputs, or the names of their sizes.</summary>
    public string Shapes { get; }

    /// <summary>The largest difference, relative to the root mean square of the loop's results.</summary>
    public double Tolerance { get; }

    // The user's own method, where it was wrapped.
    private MethodInfo? Origin { get; init; }

    /// <inheritdoc/>
    public override string Claim => "The vectorised function gives what its loop gives.";

    /// <summary>A function of one tensor and its loop.</summary>
    public static VectorizedMatchesLoop Of(Func<Tensor, Tensor> vectorized, Func<Tensor, Tensor> looped, string shapes, double tolerance = 1e-4)
    {
        ArgumentNullException.ThrowIfNull(vectorized);
        ArgumentNullException.ThrowIfNull(looped);
        return new(x => vectorized(x[0]), x => looped(x[0]), shapes, tolerance) { Origin = vectorized.Method };
    }

    /// <summary>A function of two tensors and its loop.</summary>
    public static VectorizedMatchesLoop Of(Func<Tensor, Tensor, Tensor> vectorized, Func<Tensor, Tensor, Tensor> looped, string shapes, double tolerance = 1e-4)
    {
        ArgumentNullException.ThrowIfNull(vectorized);
        ArgumentNullException.ThrowIfNull(looped);
        return new(x => vectorized(x[0], x[1]), x => looped(x[0], x[1]), shapes, tolerance) { Origin = vectorized.Method };
    }

    /// <summary>Both functions over inputs that are made from sizes: tokens, masks, probabilities.</summary>
    /// <param name="vectorized">The function that training uses.</param>
    /// <param name="looped">The same, as simply as it can be written.</param>
    /// <param name="inputs">Makes the inputs of given sizes, drawn by torch's generator, on the CPU.</param>
    /// <param name="sizes">The names of the sizes.</param>
    public static VectorizedMatchesLoop On(Func<Tensors, Tensors> vectorized, Func<Tensors, Tensors> looped, Func<IReadOnlyDictionary<string, long>, Tensors> inputs, params string[] sizes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(sizes);
        return new(vectorized, looped, FreeSizes.Of(sizes), inputs, string.Join(", ", sizes), 1e-4);
    }

    /// <summary>The name, and the shapes.</summary>
    public override string ToString() => $"{Name}(\"{Shapes}\")";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        using IDisposable scope = trial.Scope();
        var runs = new List<LoopRun>();
        foreach (IReadOnlyDictionary<string, long> sizes in _sizes.Runs())
        {
            trial.Cancellation.ThrowIfCancellationRequested();
            long seed = trial.Setup.Seed + runs.Count;
            manual_seed(seed);
            Tensors inputs = _inputs is { } make ? make(sizes).Select(input => input.to(trial.Device)) : _sizes.Draw(sizes, trial.Device);
            runs.Add(LoopRun.Of(sizes, inputs, Vectorized, Looped, Tolerance, seed));
        }
        var difference = new Measurement("difference from the loop, relative to its size", Bound.AtMost(Tolerance), [.. runs.Select(run => run.Reading)]);
        return new()
        {
            Claims = [difference],
            Controls = [new("root mean square of what the loop gives", Bound.MoreThan(0), runs.Max(run => run.Size))],
            Causes = difference.Outside > 0 && LoopCauses.Of(runs, Tolerance) is { } cause ? [cause] : [],
            Where = difference.Outside > 0 ? new(nameof(Vectorized), MethodLines.Of(Origin ?? Vectorized.Method) is { } lines ? lines.Text(lines.First, lines.Last) : null) : null,
        };
    }
}

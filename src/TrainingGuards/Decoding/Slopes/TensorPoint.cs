using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Some tensors as one vector: a point, and where steps along directions lead from it.</summary>
internal sealed class TensorPoint : IDisposable
{
    // Tensors that begin at zero are moved by as much as a weight of root mean square 0.01.
    private const double Least = 0.01;

    private readonly Tensor[] _live, _base;
    private readonly Tensor?[] _reached;

    /// <param name="tensors">The live tensors, with their names.</param>
    /// <param name="beside">How far beside them the point lies, relative to each one's root mean square: where numbers are exactly 0 a kink, as that of ReLU, would have two derivatives.</param>
    public TensorPoint(IEnumerable<(string Name, Tensor Tensor)> tensors, double beside)
    {
        (string Name, Tensor Tensor)[] all = [.. tensors];
        Names = [.. all.Select(one => one.Name)];
        _live = [.. all.Select(one => one.Tensor)];
        Sizes = [.. _live.Select(Size)];
        _reached = new Tensor?[_live.Length];
        using var scope = NewDisposeScope();
        _base = [.. _live.Zip(Sizes, (live, size) => (live.detach() + (beside * size * randn_like(live))).DetachFromDisposeScope())];
        Back();
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<Tensor> Live => _live;

    /// <summary>The root mean square of each tensor, at least 0.01.</summary>
    public IReadOnlyList<double> Sizes { get; }

    /// <summary>‖x‖ of a vector whose numbers have each the root mean square of its tensor.</summary>
    public double Length => Math.Sqrt(_live.Zip(Sizes, (live, size) => size * size * live.numel()).Sum());

    /// <summary>Lets random directions leave alone the rows of embeddings that a gradient does not reach.</summary>
    public void LeaveUnreached(nn.Module model, IReadOnlyList<Tensor> gradient)
    {
        using var scope = NewDisposeScope();
        for (int k = 0; k < _live.Length; k++) _reached[k] = EmbeddingRows.Reached(model, _live[k], gradient[k])?.DetachFromDisposeScope();
    }

    /// <summary>A random direction, in which each tensor moves in proportion to its root mean square; null for those that are not among the chosen.</summary>
    public Tensor?[] Random(Func<int, bool>? chosen = null) => [.. _live.Select((live, k) => chosen is null || chosen(k) ? Along(k, live) : null)];

    /// <summary>Moves the live tensors to the point and <paramref name="by"/> times a direction.</summary>
    public void Move(double by, IReadOnlyList<Tensor?> direction)
    {
        using var scope = NewDisposeScope();
        using IDisposable grad = no_grad();
        for (int k = 0; k < _live.Length; k++) _live[k].detach().copy_(direction[k] is { } along ? _base[k] + (by * along) : _base[k]);
    }

    /// <summary>Moves the live tensors back to the point, bit for bit.</summary>
    public void Back() => Move(0, new Tensor?[_live.Length]);

    /// <summary>How far the live tensors are from the point.</summary>
    public Tensor[] Moved() => [.. _live.Zip(_base, (live, at) => live.detach() - at)];

    /// <summary>The point itself.</summary>
    public IReadOnlyList<Tensor> Base => _base;

    /// <summary>⟨a, b⟩ over all tensors, in float64.</summary>
    public static double Dot(IReadOnlyList<Tensor?> a, IReadOnlyList<Tensor?> b)
    {
        using var scope = NewDisposeScope();
        Tensor[] parts = [.. a.Zip(b).Where(pair => pair.First is not null && pair.Second is not null).Select(pair => (pair.First!.to(ScalarType.Float64) * pair.Second!.to(ScalarType.Float64)).sum())];
        return parts.Length == 0 ? 0 : stack(parts, 0).sum().ToDouble();
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _base) tensor.Dispose();
        foreach (Tensor? rows in _reached) rows?.Dispose();
    }

    private Tensor Along(int k, Tensor live) => Sizes[k] * (_reached[k] is { } rows ? randn_like(live) * rows : randn_like(live));

    private static double Size(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.numel() == 0 ? Least : Math.Max(Least, tensor.detach().to(ScalarType.Float64).square().mean().sqrt().ToDouble());
    }
}

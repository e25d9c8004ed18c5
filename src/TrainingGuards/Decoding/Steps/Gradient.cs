using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A copy of a parameter's gradient at some moment.</summary>
/// <param name="Name">The parameter's path.</param>
/// <param name="Of">The parameter.</param>
/// <param name="Values">The gradient, dense.</param>
internal sealed record Gradient(string Name, Parameter Of, Tensor Values) : IDisposable
{
    /// <summary>The norm ‖·‖₂ of several gradients together.</summary>
    public static double Norm(IEnumerable<Gradient> all) => Math.Sqrt(all.Sum(one => Dot(one.Values, one.Values)));

    /// <summary>The inner product in double precision.</summary>
    public static double Dot(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return (a.to(ScalarType.Float64) * b.to(ScalarType.Float64)).sum().ToDouble();
    }

    /// <summary>‖a − b‖₂.</summary>
    public static double Distance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return (a.to(ScalarType.Float64) - b.to(ScalarType.Float64)).square().sum().sqrt().ToDouble();
    }

    public void Dispose() => Values.Dispose();
}

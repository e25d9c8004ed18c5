#if MANAGED_TORCH
using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards.Documents;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Docs;

public class EnginePageTests
{
    private static readonly Dictionary<Gap, Action> Ways = new()
    {
        [Gap.SparseEmbedding] = () => nn.Embedding(3, 2, sparse: true),
        [Gap.AntialiasedInterpolation] = () => nn.functional.interpolate(ones(1, 1, 4, 4), [2, 2], mode: InterpolationMode.Bilinear, antialias: true),
        [Gap.NamedDimensions] = () => zeros([2], names: ["N"]),
        [Gap.ElementTypes] = () => zeros(2, dtype: ScalarType.ComplexFloat32),
        [Gap.UniqueAlongDimension] = () => ones(2, 2).unique(dim: 0),
        [Gap.NativeOptimizer] = () => new Native(),
    };

    [Fact]
    public void The_page_lists_what_the_engine_has() => Repository.MustBe("docs/engine.md", EnginePage.Text());

    [Fact]
    public void What_is_declared_and_not_done_says_so_by_its_name() => Assert.All(Gap.All, gap =>
    {
        Assert.True(Ways.TryGetValue(gap, out Action? way), $"No way into {gap.Member} is tried.");
        Assert.StartsWith(gap.Member, Assert.Throws<NotSupportedException>(way).Message, StringComparison.Ordinal);
    });

    private sealed class Native() : optim.Optimizer(1);
}
#endif

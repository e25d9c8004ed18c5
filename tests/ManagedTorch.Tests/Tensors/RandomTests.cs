using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class RandomTests
{
    private static float[] Floats(Tensor t) => t.data<float>().ToArray();

    [Fact]
    public void A_seed_gives_the_numbers_that_PyTorch_draws()
    {
        manual_seed(0);
        Assert.Equal([0.4963f, 0.7682f, 0.0885f], Floats(rand(3)).Select(x => MathF.Round(x, 4)));
        manual_seed(0);
        Assert.Equal([1.5410f, -0.2934f, -2.1788f], Floats(randn(3)).Select(x => MathF.Round(x, 4)));
    }

    [Fact]
    public void A_saved_state_gives_the_same_numbers_again()
    {
        manual_seed(5);
        randn(3);
        Tensor state = get_rng_state();
        Tensor first = cat([randn(5), rand(7), randn(33)]);
        long[] order = randperm(10).data<long>().ToArray();
        set_rng_state(state);
        Assert.True(cat([randn(5), rand(7), randn(33)]).Equals(first));
        Assert.Equal(order, randperm(10).data<long>().ToArray());
        Assert.Equal(order.Length, order.Distinct().Count());
    }

    [Fact]
    public void Generators_are_apart_from_the_default_one()
    {
        using var own = new Generator(9);
        manual_seed(1);
        Tensor expected = rand(4);
        manual_seed(1);
        rand(100, generator: own);
        Assert.True(rand(4).Equals(expected));
        Assert.Equal(9, own.initial_seed());
    }

    [Fact]
    public void Numbers_have_the_moments_asked_for()
    {
        manual_seed(2);
        const int n = 100_000;
        Tensor normal = torch.normal(3, 2, [n]);
        Assert.InRange(normal.mean().item<float>(), 2.95f, 3.05f);
        Assert.InRange(normal.std().item<float>(), 1.95f, 2.05f);
        Tensor uniform = empty(n).uniform_(-1, 3);
        Assert.InRange(uniform.mean().item<float>(), 0.95f, 1.05f);
        Assert.InRange(uniform.min().item<float>(), -1, -0.99f);
        Assert.InRange(full(n, 0.3f).bernoulli().mean().item<float>(), 0.29f, 0.31f);
        Tensor whole = randint(5, 8, [n]);
        Assert.Equal([5, 6, 7], whole.unique().output.data<long>().ToArray());
        Assert.InRange(whole.to(float32).mean().item<float>(), 5.95f, 6.05f);
        Tensor drawn = tensor([0.5f, 0f, 1.5f]).multinomial(n, replacement: true);
        Assert.InRange(drawn.to(float32).mean().item<float>(), 1.48f, 1.52f);
        Assert.Equal([0, 2], tensor([0.5f, 0f, 1.5f]).multinomial(2).sort().Values.data<long>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(623)]
    [InlineData(624)]
    [InlineData(2000)]
    public void Many_numbers_at_once_are_the_same_as_one_after_another(int count)
    {
        manual_seed(7);
        float[] atOnce = Floats(rand(count + 3));
        manual_seed(7);
        float[] inParts = [.. Floats(rand(3)), .. Floats(rand(count))];
        Assert.Equal(atOnce, inParts);
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.25, 0.25)]
    [InlineData(1.0, 1)]
    public void Trials_succeed_as_often_as_asked(double p, double mean)
    {
        manual_seed(3);
        foreach (ScalarType type in new[] { float32, float64, int64 })
            Assert.Equal(mean, empty(400, 250, dtype: type).t().bernoulli_(p).to(float64).mean().item<double>(), 0.01);
    }

    [Fact]
    public void Poisson_counts_have_their_rate_as_mean_and_as_variance()
    {
        manual_seed(2);
        using Tensor rates = tensor([0.0, 0.3, 4, 1300]), counts = rates.expand(20000, 4).poisson();
        Assert.True((counts.mean([0L]) - rates).abs().le((rates / 20000).sqrt() * 5).all().item<bool>());
        Assert.True((counts.var(0) - rates).abs().le(rates * 0.1).all().item<bool>());
        Assert.True(counts.frac().eq(0).all().item<bool>());
    }
}

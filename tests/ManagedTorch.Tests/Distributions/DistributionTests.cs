using ManagedTorch.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace ManagedTorch.Tests.Distributions;

public class DistributionTests
{
    private const int Draws = 20000;

    private static readonly Dictionary<string, Func<Distribution>> Made = new()
    {
        ["normal"] = () => Normal(tensor([-1.0, 2]), tensor([0.5, 3])),
        ["uniform"] = () => Uniform(tensor([-1.0, 0]), tensor([1.0, 5])),
        ["bernoulli"] = () => Bernoulli(tensor([0.2, 0.9])),
        ["bernoulli of logits"] = () => Bernoulli(logits: tensor([-2.0, 1])),
    };

    public static TheoryData<string> Names => [.. Made.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_have_the_mean_and_the_variance_that_are_stated(string name)
    {
        manual_seed(5);
        using Distribution distribution = Made[name]();
        using Tensor samples = distribution.sample(Draws);
        Assert.Equal([Draws, 2L], samples.shape);
        Tensor spread = distribution.stddev;
        // Five standard errors of the mean; the variance's own error is at most of its size times √(2/n) here.
        Assert.True((samples.mean([0L]) - distribution.mean).abs().le(spread * (5 / Math.Sqrt(Draws))).all().item<bool>());
        Assert.True((samples.var(0) / distribution.variance - 1).abs().max().item<double>() < 5 * Math.Sqrt(2.0 / Draws));
    }

    [Fact]
    public void Densities_sum_to_one_and_agree_with_the_cdf()
    {
        foreach (Distribution distribution in (Distribution[])[Normal(0.5, 2.0), Uniform(tensor(-3.0), tensor(4.0))])
        {
            Tensor x = linspace(-20, 20, 40001, dtype: float64), density = distribution.log_prob(x).exp();
            Assert.Equal(1, trapezoid(density, x).item<double>(), 2e-3);
            Assert.True((cumulative_trapezoid(density, x) - distribution.cdf(x).narrow(0, 1, 40000)).abs().max().item<double>() < 1e-3);
            Tensor shares = tensor([0.1, 0.5, 0.9]);
            Assert.True(distribution.cdf(distribution.icdf(shares)).allclose(shares));
            // Where there is no density, nothing is added.
            Tensor part = (density * density.log()).masked_fill(density.eq(0), 0);
            Assert.Equal(-trapezoid(part, x).item<double>(), distribution.entropy().item<double>(), 3e-3);
            distribution.Dispose();
        }
    }

    [Fact]
    public void A_category_comes_as_often_as_it_is_probable()
    {
        manual_seed(6);
        using var categorical = Categorical(tensor([1.0, 2, 5, 0]));
        using Tensor samples = categorical.sample(Draws);
        Assert.Equal([Draws], samples.shape);
        Tensor shares = samples.bincount(null, 4).to(float64) / Draws;
        Assert.True((shares - categorical.probs).abs().max().item<double>() < 5 * 0.5 / Math.Sqrt(Draws));
        Assert.True(categorical.log_prob(tensor([0L, 2])).allclose(tensor([1 / 8.0, 5 / 8.0]).log()));
        using var unsure = Categorical(4);
        Assert.Equal(Math.Log(4), unsure.entropy().item<float>(), 1e-6);
        Assert.Equal(4, unsure.perplexity().item<float>(), 1e-5);
    }

    [Fact]
    public void Batches_are_drawn_side_by_side()
    {
        using var categorical = Categorical(logits: randn(3, 4));
        Assert.Equal([3L], categorical.sample().shape);
        Assert.Equal([5L, 2, 3], categorical.sample(5, 2).shape);
        Assert.Equal([3L], categorical.log_prob(tensor([0L, 3, 1])).shape);
        Assert.Equal([5L, 3], categorical.log_prob(categorical.sample(5)).shape);
        Assert.Equal([2L, 3], categorical.expand(new Size([2L, 3])).sample().shape);
        using var normal = Normal(zeros(3, 1), ones(2));
        Assert.Equal([4L, 3, 2], normal.rsample(4).shape);
    }

    [Fact]
    public void rsample_carries_gradients_and_sample_does_not()
    {
        using Tensor loc = zeros(2).requires_grad_(), scale = ones(2).requires_grad_();
        using var normal = Normal(loc, scale);
        Assert.False(normal.sample(3).requires_grad);
        Tensor drawn = normal.rsample(3);
        drawn.sum().backward();
        Assert.Equal([3f, 3], loc.grad!.data<float>().ToArray());
        Assert.True(scale.grad!.allclose(drawn.detach().sum(0L), 1e-4, 1e-5));
    }

    [Fact]
    public void Gradients_of_log_probabilities_are_those_of_differences()
    {
        manual_seed(8);
        Tensor x = randn(4, dtype: float64), positive = rand(4, dtype: float64) + 0.5, choice = tensor([0L, 2, 1, 1]);
        Gradients.CheckTwice(t => Normal(t[0], t[1]).log_prob(t[2]), x, positive, randn(4, dtype: float64));
        Gradients.CheckTwice(t => Normal(t[0], t[1]).entropy() + Normal(t[0], t[1]).cdf(t[2]), x, positive, randn(4, dtype: float64));
        Gradients.CheckTwice(t => Bernoulli(logits: t[0]).log_prob(ones(4, dtype: float64)), x);
        Gradients.CheckTwice(t => Categorical(logits: t[0]).log_prob(choice), randn(4, 3, dtype: float64));
        Gradients.CheckTwice(t => Categorical(probs: t[0]).entropy(), rand(4, 3, dtype: float64) + 0.2);
        Gradients.CheckTwice(t => Uniform(-t[0], t[0]).entropy(), positive);
    }

    [Fact]
    public void A_distribution_outlives_the_scope_it_was_made_in()
    {
        Distribution normal;
        using (NewDisposeScope()) normal = Normal(tensor(1f), tensor(2f));
        Assert.Equal([2L], normal.sample(2).shape);
        normal.Dispose();
        Assert.ThrowsAny<Exception>(() => normal.sample(2));
    }

    [Fact]
    public void Probabilities_or_logits_are_given_not_both()
    {
        Assert.Throws<ArgumentException>(() => Bernoulli(0.5, 0.5));
        Assert.ThrowsAny<Exception>(() => Categorical(null, null, null));
    }
}

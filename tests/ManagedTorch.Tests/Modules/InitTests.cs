using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

public class InitTests
{
    [Fact]
    public void Fan_in_and_fan_out_count_the_receptive_field()
    {
        using Tensor linear = zeros(3, 5), convolution = zeros(8, 4, 3, 3);
        Assert.Equal((5, 3), nn.init.CalculateFanInAndFanOut(linear));
        Assert.Equal((36, 72), nn.init.CalculateFanInAndFanOut(convolution));
    }

    [Fact]
    public void A_vector_has_no_fan()
    {
        using Tensor vector = zeros(3);
        Assert.Throws<ArgumentException>(() => nn.init.CalculateFanInAndFanOut(vector));
    }

    [Fact]
    public void kaiming_uniform_stays_within_its_bound()
    {
        using Tensor weight = zeros(100, 50);
        nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        double bound = 1 / Math.Sqrt(50);
        Assert.InRange(weight.abs().max().item<float>(), 0.98 * bound, bound);
    }

    [Fact]
    public void kaiming_normal_has_its_deviation()
    {
        using Tensor weight = zeros(200, 200);
        nn.init.kaiming_normal_(weight, nonlinearity: nn.init.NonlinearityType.ReLU);
        Assert.InRange(weight.std().item<float>(), 0.98 * Math.Sqrt(2.0 / 200), 1.02 * Math.Sqrt(2.0 / 200));
    }

    [Fact]
    public void xavier_normal_draws_from_the_uniform_distribution()
    {
        using Tensor weight = zeros(200, 100);
        nn.init.xavier_normal_(weight);
        Assert.InRange(weight.abs().max().item<float>(), 0, Math.Sqrt(6.0 / 300) + 1e-6);
    }

    [Fact]
    public void trunc_normal_stays_within_its_bounds_and_has_its_deviation()
    {
        using Tensor weight = nn.init.trunc_normal_(zeros(200, 200), std: 2, a: -2, b: 2);
        Assert.InRange(weight.abs().max().item<float>(), 1.9, 2);
        // A normal distribution cut at one deviation to either side has 0.5396 of it left.
        Assert.InRange(weight.std().item<float>(), 0.98 * 2 * 0.5396, 1.02 * 2 * 0.5396);
    }

    [Fact]
    public void Initialization_writes_into_a_leaf_that_requires_grad()
    {
        using Tensor weight = nn.Parameter(zeros(2, 2));
        nn.init.ones_(weight);
        Assert.Equal(4, weight.sum().item<float>());
        Assert.True(weight.requires_grad);
        Assert.True(weight.is_leaf);
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(5, 3)]
    [InlineData(4, 4)]
    public void orthogonal_makes_the_fewer_of_rows_and_columns_orthonormal(int rows, int columns)
    {
        using Tensor weight = nn.init.orthogonal_(zeros(rows, columns));
        using Tensor gram = rows <= columns ? weight.mm(weight.t()) : weight.t().mm(weight);
        Assert.True(gram.allclose(eye(Math.Min(rows, columns)), atol: 1e-5));
    }

    [Fact]
    public void dirac_passes_channels_on()
    {
        using Tensor weight = nn.init.dirac_(ones(3, 2, 3));
        Assert.Equal(2, weight.sum().item<float>());
        Assert.Equal(1, weight[1, 1, 1].item<float>());
    }
}

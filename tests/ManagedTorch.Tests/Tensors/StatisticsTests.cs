using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class StatisticsTests
{
    [Fact]
    public void Rows_are_variables_of_a_covariance()
    {
        using Tensor x = tensor(new double[,] { { 0, 1, 2 }, { 2, 1, 0 } });
        Assert.True(x.cov().allclose(tensor(new double[,] { { 1, -1 }, { -1, 1 } })));
        Assert.True(x.corrcoef().allclose(tensor(new double[,] { { 1, -1 }, { -1, 1 } })));
        Assert.Equal(1, x[0].cov().item<double>());
        using Tensor often = tensor([1L, 2, 1]), reliable = tensor([0.5, 1, 0.25]);
        Assert.True(cov(x, fweights: often).allclose(x.repeat_interleave(often, 1).cov()));
        // By the definition: Σ w(x − μ)(x − μ)ᵀ / (Σ w − Σ w·a / Σ w), w the product of both weights.
        Tensor w = often * reliable, centred = x - ((x * w).sum(1, keepdim: true) / w.sum());
        Assert.True(cov(x, 1, often, reliable).allclose((centred * w).mm(centred.mT) / (w.sum() - ((w * reliable).sum() / w.sum()))));
    }

    [Fact]
    public void Running_extremes_name_the_last_of_equals()
    {
        var (values, indices) = cummax(tensor([1f, 3, 2, 3, 0]), 0);
        Assert.Equal([1f, 3, 3, 3, 3], values.data<float>().ToArray());
        Assert.Equal([0L, 1, 1, 3, 3], indices.data<long>().ToArray());
        Assert.Equal([4L, 4, 1], cummin(tensor([4L, 5, 1]), 0).Item1.data<long>().ToArray());
    }

    [Fact]
    public void The_mode_is_the_smallest_of_the_most_frequent()
    {
        var (values, indices) = mode(tensor(new long[,] { { 5, 0, 5, 1 }, { 2, 1, 2, 1 } }));
        Assert.Equal([5L, 1], values.data<long>().ToArray());
        Assert.Equal([2L, 3], indices.data<long>().ToArray());
        Assert.Equal([1L, 4], tensor(new long[,] { { 5, 0, 5, 1 }, { 2, 1, 2, 1 } }).mode(0, keepdim: true).Item1.shape);
    }

    [Fact]
    public void Elements_are_counted_in_bins()
    {
        using Tensor x = tensor([1f, 2, 1, 3, 9]);
        Assert.Equal([0f, 2, 1, 1], histc(x, bins: 4, min: 0, max: 3).data<float>().ToArray());
        Assert.Equal([4f, 1], histc(x, bins: 2).data<float>().ToArray());
    }

    [Fact]
    public void Histograms_have_edges()
    {
        using Tensor x = tensor([1f, 2, 1]);
        var (counts, edges) = histogram(x, 4, (0, 3), tensor([1f, 2, 4]));
        Assert.Equal([0f, 5, 2, 0], counts.data<float>().ToArray());
        Assert.Equal([0f, 0.75f, 1.5f, 2.25f, 3], edges.data<float>().ToArray());
        var (densities, _) = histogram(x, 4, (0, 3), density: true);
        Assert.True(densities.allclose(tensor([0f, 8 / 9f, 4 / 9f, 0])));
        Assert.Equal([2f, 1], histogram(tensor([1f, 2, 3, 7]), tensor([1f, 3, 3.5f])).hist.data<float>().ToArray());
    }

    [Fact]
    public void Quantiles_pass_NaN_by()
    {
        using Tensor x = tensor(new double[,] { { 3, double.NaN, 1 }, { double.NaN, double.NaN, double.NaN }, { 4, 8, 6 } });
        Assert.Equal([2, double.NaN, 6], nanquantile(x, tensor(0.5), 1).data<double>().ToArray());
        using Tensor both = x.nanquantile(tensor([0.0, 0.75]), 1, keepdim: true);
        Assert.Equal([2L, 3, 1], both.shape);
        Assert.Equal([1, double.NaN, 4, 2.5, double.NaN, 7], both.reshape(-1).data<double>().ToArray());
        Assert.True(x[2].nanquantile(tensor([0.1, 0.6])).allclose(x[2].quantile(tensor([0.1, 0.6]))));
    }

    [Fact]
    public void Values_find_their_place_in_ordered_lines()
    {
        using Tensor lines = tensor(new long[,] { { 1, 3, 5, 7, 9 }, { 2, 4, 6, 8, 10 } });
        using Tensor values = tensor(new long[,] { { 3, 6, 9 }, { 3, 6, 9 } });
        Assert.Equal([1L, 3, 4, 1, 2, 4], searchsorted(lines, values).reshape(-1).data<long>().ToArray());
        Assert.Equal([2L, 3, 5, 1, 3, 4], searchsorted(lines, values, right: true).reshape(-1).data<long>().ToArray());
        Assert.Equal([1, 3, 4, 1, 3, 4], bucketize(values, lines[0], outInt32: true).reshape(-1).data<int>().ToArray());
        using Tensor shuffled = tensor([5f, 1, 3]);
        Assert.Equal([2L], searchsorted(shuffled, tensor([4f]), sorter: shuffled.argsort()).data<long>().ToArray());
        Assert.Equal([false, true, true, false], isin(tensor([1L, 2, 3, 4]), tensor([3L, 2, 7])).data<bool>().ToArray());
        Assert.Equal([true, false], isin(tensor([1L, 2]), tensor([2L]), invert: true).data<bool>().ToArray());
    }

    [Fact]
    public void Areas_are_summed_by_trapezoids()
    {
        using Tensor y = tensor([1.0, 5, 10]), x = tensor([1.0, 3, 6]);
        Assert.Equal((10.5, 28.5), (trapezoid(y).item<double>(), trapezoid(y, x).item<double>()));
        Assert.Equal([3.0, 10.5], cumulative_trapezoid(y).data<double>().ToArray());
        Assert.Equal([6.0, 28.5], cumulative_trapezoid(y, x).data<double>().ToArray());
        Assert.Equal([2L, 4], trapezoid(ones(2, 3, 4), tensor([0f, 1, 4]), dim: 1).shape);
    }

    [Fact]
    public void Runs_of_equal_elements_are_counted()
    {
        var (output, inverse, counts) = unique_consecutive(tensor([1L, 1, 2, 2, 3, 1, 1, 2]), return_inverse: true, return_counts: true);
        Assert.Equal([1L, 2, 3, 1, 2], output.data<long>().ToArray());
        Assert.Equal([0L, 0, 1, 1, 2, 3, 3, 4], inverse!.data<long>().ToArray());
        Assert.Equal([2L, 2, 1, 2, 1], counts!.data<long>().ToArray());
    }

    [Fact]
    public void NaN_does_not_count_in_a_nanmedian()
    {
        Assert.Equal(2, nanmedian(tensor([3f, float.NaN, 1, 2])).item<float>());
        Assert.True(float.IsNaN(nanmedian(tensor([float.NaN])).item<float>()));
    }

    [Fact]
    public void renorm_scales_what_is_too_long()
    {
        using Tensor x = tensor([1f, 2, 3]).unsqueeze(1).repeat(1, 3);
        Assert.True(renorm(x, 1, 0, 5).allclose(tensor([1f, 5 / 3f, 5 / 3f]).unsqueeze(1).expand(3, 3), 1e-5, 1e-5));
    }

    [Fact]
    public void Gradients_pass_through_statistics()
    {
        manual_seed(11);
        Tensor matrix = randn([3, 5], dtype: float64), positive = rand([5], dtype: float64) + 0.5;
        Gradients.CheckTwice(t => t[0].cov(), matrix);
        Gradients.CheckTwice(t => t[0].cov(aweights: t[1]), matrix, positive);
        Gradients.CheckTwice(t => t[0].corrcoef().tril(-1), matrix);
        Gradients.CheckTwice(t => t[0].cummax(1).Item1, matrix);
        Gradients.CheckTwice(t => t[0].renorm(2, 0, 1), matrix);
        Gradients.CheckTwice(t => trapezoid(t[0], t[1].cumsum(0)), matrix, positive);
        Gradients.CheckTwice(t => cdist(t[0], t[1]), matrix, randn([2, 5], dtype: float64));
        Gradients.CheckTwice(t => cdist(t[0], t[1], p: 1), matrix, randn([2, 5], dtype: float64));
        Gradients.Check(t => t[0].mode(0).Item1, matrix);
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Optimizers;

public class LBFGSTests
{
    private static Tensor Rosenbrock(Tensor x) => ((1 - x[0]).square() + (x[1] - x[0].square()).square() * 100).sum();

    private static Func<Tensor> Closure(LBFGS optimizer, Parameter parameter, Func<Tensor, Tensor> loss, List<double>? losses = null) => () =>
    {
        optimizer.zero_grad();
        Tensor value = loss(parameter);
        value.backward();
        losses?.Add(value.ToDouble());
        return value;
    };

    [Fact]
    public void The_rate_is_a_hundredth_by_default()
    {
        using LBFGS optimizer = LBFGS([Weight(1)]);
        Assert.Equal(0.01, optimizer.LearningRate);
        Assert.Equal(0.01, optimizer.InitialLearningRate);
        Assert.Equal(0.01, optimizer._rate);
        Assert.Equal(0.01, optimizer.ParamGroups.Single().LearningRate);
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-6)]
    [InlineData(ScalarType.Float32, 2e-3)]
    public void It_finds_the_bottom_of_the_Rosenbrock_valley(ScalarType type, double tolerance)
    {
        using Parameter x = nn.Parameter(tensor([-1.2, 1.0], dtype: type));
        using LBFGS optimizer = LBFGS([x], lr: 0.2, max_iter: 1000, tolerange_grad: 1e-9, tolerance_change: 1e-14);
        optimizer.step(Closure(optimizer, x, Rosenbrock));
        Assert.True(x.allclose(ones(2, dtype: type), tolerance, tolerance), x.ToString(true));
    }

    [Theory]
    [InlineData(0.1, 0.9)]
    [InlineData(10, 0)]
    public void Its_first_step_is_at_most_as_long_as_the_rate(double slope, double left)
    {
        // Along a slope s from 1 at the rate 1: s where |s| ≤ 1, else 1.
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], lr: 1, max_iter: 1);
        optimizer.step(Closure(optimizer, x, t => (t * slope).sum()));
        Assert.Equal(left, x.item<double>(), 1e-12);
    }

    [Fact]
    public void Its_second_step_divides_by_the_curvature()
    {
        // Of 3x² the first step goes from 1 to 1 − lr; the second, which knows the curvature 6, the rate's part of the way to 0.
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], lr: 0.5, max_iter: 2, max_eval: 5);
        optimizer.step(Closure(optimizer, x, t => (t * t * 3).sum()));
        Assert.Equal(0.25, x.item<double>(), 1e-12);
    }

    [Fact]
    public void It_remembers_between_steps()
    {
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], lr: 0.5, max_iter: 1);
        optimizer.step(Closure(optimizer, x, t => (t * t * 3).sum()));
        optimizer.step(Closure(optimizer, x, t => (t * t * 3).sum()));
        Assert.Equal(0.25, x.item<double>(), 1e-12);
    }

    [Fact]
    public void It_solves_a_quadratic_exactly_once_its_memory_spans_the_space()
    {
        using Parameter x = nn.Parameter(tensor([1.0, -2, 3]));
        using LBFGS optimizer = LBFGS([x], lr: 1, max_iter: 60, tolerange_grad: 1e-12, tolerance_change: 1e-20);
        optimizer.step(Closure(optimizer, x, t => (t * t * tensor([1.0, 10, 100])).sum()));
        Assert.True(x.allclose(zeros(3, dtype: float64), atol: 1e-9), x.ToString(true));
    }

    [Fact]
    public void It_returns_the_first_loss()
    {
        using Parameter x = Weight(2);
        using LBFGS optimizer = LBFGS([x], lr: 0.5);
        List<double> losses = [];
        using Tensor loss = optimizer.step(Closure(optimizer, x, t => t.square().sum(), losses))!;
        Assert.Equal(4, loss.item<double>());
        Assert.True(losses.Count > 1);
        Assert.True(losses[^1] < losses[0]);
    }

    [Theory]
    [InlineData(20, null, 20)]
    [InlineData(20, 7, 7)]
    [InlineData(4, null, 4)]
    [InlineData(2, null, 2)]
    public void It_evaluates_once_at_the_start_and_after_each_step_but_the_last(int steps, int? most, int expected)
    {
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], lr: 1e-3, max_iter: steps, max_eval: most, tolerange_grad: 0, tolerance_change: 0);
        List<double> losses = [];
        optimizer.step(Closure(optimizer, x, t => t.square().sum(), losses));
        Assert.Equal(expected, losses.Count);
    }

    [Fact]
    public void It_stays_where_the_gradient_is_below_its_tolerance()
    {
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], tolerange_grad: 2.5);
        List<double> losses = [];
        optimizer.step(Closure(optimizer, x, t => t.square().sum(), losses));
        Assert.Single(losses);
        Assert.Equal(1, x.item<double>());
    }

    [Fact]
    public void It_stops_where_the_loss_changes_less_than_its_tolerance()
    {
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], lr: 0.1, tolerance_change: 0.5);
        List<double> losses = [];
        optimizer.step(Closure(optimizer, x, t => t.square().sum(), losses));
        Assert.Equal(2, losses.Count);
    }

    [Fact]
    public void Without_a_closure_it_throws()
    {
        using LBFGS optimizer = LBFGS([Weight(1)]);
        Assert.Throws<ArgumentNullException>(() => optimizer.step(null!));
    }

    [Fact]
    public void The_rate_of_its_group_is_not_the_rate_of_its_steps()
    {
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], lr: 0.5, max_iter: 1);
        optimizer.ParamGroups.Single().LearningRate = 0;
        Assert.Equal(0.5, optimizer.LearningRate);
        optimizer.step(Closure(optimizer, x, t => (t * 10).sum()));
        Assert.Equal(0.5, x.item<double>(), 1e-12);
        optimizer.LearningRate = 0;
        optimizer.step(Closure(optimizer, x, t => (t * 10).sum()));
        Assert.Equal(0.5, x.item<double>(), 1e-12);
    }

    [Fact]
    public void Named_parameters_need_a_limit_of_evaluations()
    {
        using Linear model = nn.Linear(2, 1);
        Assert.Throws<InvalidOperationException>(() => LBFGS(model.named_parameters()));
        using LBFGS optimizer = LBFGS(model.named_parameters(), max_eval: 25);
        Assert.Equal(2, optimizer.parameters().Count());
    }

    [Fact]
    public void A_step_leaves_no_tensor_but_its_loss()
    {
        using Parameter x = Weight(1);
        using LBFGS optimizer = LBFGS([x], lr: 0.1);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        using Tensor loss = optimizer.step(() =>
        {
            optimizer.zero_grad();
            using Tensor square = x.square();
            Tensor sum = square.sum();
            sum.backward();
            return sum;
        })!;
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Fact]
    public void Parameters_that_were_replaced_are_no_longer_trained()
    {
        using Linear model = nn.Linear(2, 1);
        using LBFGS optimizer = LBFGS(model.parameters(), lr: 0.5);
        model.to(float64);
        using Tensor before = model.weight.detach().clone();
        optimizer.step(() =>
        {
            Tensor loss = model.call(ones(1, 2, dtype: float64)).square().sum();
            loss.backward();
            return loss;
        });
        Assert.True(before.Equals(model.weight.detach()));
    }

    private static Parameter Weight(double value) => nn.Parameter(tensor([value]));
}

using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class LossTests
{
    private static string Refusal(Func<Tensor> loss) => Assert.Throws<ExternalException>(loss).Message;

    [Fact]
    public void A_class_out_of_range_is_named() =>
        Assert.Contains("Target 11 is out of bounds", Refusal(() => functional.cross_entropy(randn(2, 10), tensor([3L, 11]))));

    [Fact]
    public void A_negative_class_is_out_of_range_but_the_ignored_one() =>
        Assert.Contains("Target -1 is out of bounds", Refusal(() => functional.cross_entropy(randn(2, 10), tensor([-100L, -1]))));

    [Fact]
    public void Classes_are_longs_not_ints() =>
        Assert.Contains("expected scalar type Long", Refusal(() => functional.cross_entropy(randn(2, 10), tensor([3, 4]))));

    [Fact]
    public void Batches_of_another_size_are_refused_with_both_sizes()
    {
        string message = Refusal(() => functional.cross_entropy(randn(4, 3), zeros(5, int64)));
        Assert.Contains("input batch_size (4)", message);
        Assert.Contains("target batch_size (5)", message);
    }

    [Fact]
    public void Targets_in_a_column_are_refused() =>
        Assert.Contains("multi-target not supported", Refusal(() => functional.cross_entropy(randn(4, 3), zeros(4, 1, int64))));

    [Fact]
    public void Input_and_target_in_the_wrong_order_are_refused() =>
        Refusal(() => functional.cross_entropy(zeros(4, int64), randn(4, 3)));

    [Fact]
    public void A_batch_of_ignored_classes_alone_has_no_mean() =>
        Assert.True(float.IsNaN(functional.cross_entropy(randn(2, 3), tensor([-100L, -100])).item<float>()));

    [Fact]
    public void Cross_entropy_of_huge_logits_is_finite()
    {
        Tensor logits = tensor([1e4f, -1e4f, 0]).reshape(1, 3).requires_grad_();
        Tensor loss = functional.cross_entropy(logits, tensor([0L]));
        loss.backward();
        Assert.Equal(0f, loss.item<float>());
        Assert.True(logits.grad!.Equals(zeros(1, 3)));
    }

    [Fact]
    public void Cross_entropy_of_a_masked_class_is_finite_where_another_is_meant() =>
        Assert.Equal(0f, functional.cross_entropy(tensor([0f, float.NegativeInfinity]).reshape(1, 2), tensor([0L])).item<float>());

    [Fact]
    public void Cross_entropy_is_the_negative_log_likelihood_of_the_log_softmax()
    {
        Tensor logits = randn(5, 4), classes = randint(0, 4, [5], int64);
        Assert.True(functional.cross_entropy(logits, classes).allclose(functional.nll_loss(functional.log_softmax(logits, 1), classes)));
    }

    [Fact]
    public void The_module_ignores_the_class_it_is_told_to()
    {
        using var loss = CrossEntropyLoss(ignore_index: 2);
        Tensor logits = randn(2, 3);
        Assert.True(loss.call(logits, tensor([1L, 2])).allclose(functional.cross_entropy(logits[TensorIndex.Slice(0, 1)], tensor([1L]))));
    }

    [Fact]
    public void Negative_log_likelihood_of_logits_is_negative_without_a_word() =>
        Assert.True(functional.nll_loss(full(2, 3, 5), tensor([0L, 1])).item<float>() < 0);

    [Fact]
    public void Divergence_takes_its_target_as_logarithms_unless_told_otherwise()
    {
        Tensor input = functional.log_softmax(randn(3, 4), 1), target = functional.softmax(randn(3, 4), 1);
        Assert.True(functional.kl_div(input, target).allclose(functional.kl_div(input, target.exp(), log_target: false)));
        using var module = KLDivLoss();
        Assert.True(module.log_target);
    }

    [Fact]
    public void Divergence_from_a_probability_of_zero_is_zero_there() =>
        Assert.Equal(0f, functional.kl_div(zeros(1), zeros(1), log_target: false).item<float>());

    [Fact]
    public void Binary_cross_entropy_refuses_what_is_no_probability() =>
        Assert.Contains("between 0 and 1", Refusal(() => functional.binary_cross_entropy(tensor([1.5f]), tensor([1f]))));

    [Fact]
    public void Binary_cross_entropy_of_a_certain_and_wrong_answer_stops_at_one_hundred() =>
        Assert.Equal(100f, functional.binary_cross_entropy(tensor([0f]), tensor([1f])).item<float>());

    [Fact]
    public void Binary_cross_entropy_of_another_shape_is_refused() =>
        Assert.Contains("[4, 1]", Refusal(() => functional.binary_cross_entropy_with_logits(randn(4), rand(4, 1))));

    [Fact]
    public void No_gradient_reaches_the_variance_of_a_gaussian()
    {
        Tensor variance = ones(3, 1).requires_grad_();
        Assert.False(functional.gaussian_nll_loss(randn(3, 2), randn(3, 2), variance).requires_grad);
    }

    [Fact]
    public void Hinges_of_module_and_function_have_other_margins()
    {
        using var module = HingeEmbeddingLoss();
        Tensor input = tensor([0.5f]), target = tensor([-1f]);
        Assert.Equal(0.5f, module.call(input, target).item<float>());
        Assert.Equal(0f, functional.hinge_embedding_loss(input, target).item<float>());
    }
}

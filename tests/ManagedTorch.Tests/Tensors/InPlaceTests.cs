using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>What may be written in place while gradients are recorded, and what may not.</summary>
public class InPlaceTests
{
    private static readonly Dictionary<string, Action<Tensor>> Writes = new()
    {
        ["add_"] = x => x.add_(1),
        ["sub_"] = x => x.sub_(ones(4)),
        ["mul_"] = x => x.mul_(2),
        ["div_"] = x => x.div_(2),
        ["pow_"] = x => x.pow_(2),
        ["neg_"] = x => x.neg_(),
        ["exp_"] = x => x.exp_(),
        ["relu_"] = x => x.relu_(),
        ["clamp_"] = x => x.clamp_(0, 1),
        ["zero_"] = x => x.zero_(),
        ["fill_"] = x => x.fill_(3),
        ["copy_"] = x => x.copy_(ones(4)),
        ["uniform_"] = x => x.uniform_(0, 1),
        ["normal_"] = x => x.normal_(),
        ["bernoulli_"] = x => x.bernoulli_(0.5),
        ["masked_fill_"] = x => x.masked_fill_(tensor([true, false, true, false]), 0),
        ["index_put_"] = x => x.index_put_(ones(1), tensor([2L])),
        ["indexer"] = x => x[1] = tensor(5f),
        ["addcmul_"] = x => x.addcmul_(ones(4), ones(4), 1),
        ["lerp_"] = x => x.lerp_(ones(4), 0.5),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor[]>> SeveralViews = new()
    {
        ["split by size"] = x => x.split(2),
        ["split by sizes"] = x => x.split([3L, 1], 0),
        ["chunk"] = x => x.chunk(2),
        ["unbind"] = x => x.unbind(),
    };

    public static TheoryData<string> WriteNames => [.. Writes.Keys];

    public static TheoryData<string> SeveralViewNames => [.. SeveralViews.Keys];

    private static Tensor Leaf() => ones(4).requires_grad_();

    private static string Refusal(Action write) => Assert.Throws<ExternalException>(write).Message;

    [Theory, MemberData(nameof(WriteNames))]
    public void A_leaf_that_requires_grad_is_refused(string name)
    {
        Tensor leaf = Leaf();
        Assert.Contains("a leaf Variable that requires grad", Refusal(() => Writes[name](leaf)));
        using (no_grad()) Writes[name](leaf);
        Assert.True(leaf.is_leaf);
    }

    [Theory, MemberData(nameof(WriteNames))]
    public void A_view_of_such_a_leaf_is_refused(string name)
    {
        Tensor view = Leaf().view(4);
        Assert.Contains("a view of a leaf Variable", Refusal(() => Writes[name](view)));
    }

    [Theory]
    [InlineData("add_")]
    [InlineData("mul_")]
    [InlineData("exp_")]
    [InlineData("clamp_")]
    [InlineData("copy_")]
    [InlineData("uniform_")]
    [InlineData("normal_")]
    public void An_expanded_tensor_is_refused(string name) =>
        Assert.Contains("single memory location", Refusal(() => Writes[name](ones(1).expand(4))));

    [Theory]
    [InlineData("fill_", 12)]
    [InlineData("zero_", 0)]
    public void An_expanded_tensor_may_be_filled_with_one_value(string name, float sum)
    {
        Tensor expanded = ones(1).expand(4);
        Writes[name](expanded);
        Assert.Equal(sum, expanded.sum().item<float>());
    }

    [Theory, MemberData(nameof(SeveralViewNames))]
    public void One_of_several_views_of_one_function_is_refused(string name)
    {
        Tensor part = SeveralViews[name](Leaf() * 2)[0];
        Refusal(() => part.mul_(3));
        // A view of it is no better.
        Refusal(() => part.view(-1).mul_(3));
    }

    [Theory, MemberData(nameof(SeveralViewNames))]
    public void One_of_several_views_is_refused_where_only_what_is_written_requires_grad(string name)
    {
        Tensor part = SeveralViews[name](ones(4))[0];
        Refusal(() => part.mul_(tensor(2f).requires_grad_()));
    }

    [Theory, MemberData(nameof(SeveralViewNames))]
    public void One_of_several_views_is_written_where_nothing_is_recorded(string name)
    {
        Tensor whole = ones(4);
        SeveralViews[name](whole)[0].zero_();
        Assert.Equal(0, whole[0].item<float>());
        using (no_grad()) SeveralViews[name](Leaf())[0].zero_();
    }

    [Fact]
    public void Several_views_are_of_no_use_once_their_base_is_written()
    {
        Tensor whole = Leaf() * 2;
        Tensor[] parts = whole.split(2);
        whole.mul_(3);
        Assert.True(parts[0].requires_grad);
        Refusal(() => parts[0].sum().backward());
    }

    [Fact]
    public void Parts_of_tensor_split_are_views_of_their_own_and_may_be_written()
    {
        Tensor leaf = Leaf();
        Tensor whole = leaf * 2;
        tensor_split(whole, 2)[0].mul_(3);
        whole.sum().backward();
        Assert.Equal([6f, 6f, 2f, 2f], leaf.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_view_made_in_no_grad_is_refused_when_gradients_are_recorded()
    {
        Tensor whole = Leaf() * 2, view;
        using (no_grad()) view = whole.narrow(0, 0, 2);
        Refusal(() => view.mul_(tensor(2f).requires_grad_()));
    }

    [Fact]
    public void A_detached_tensor_may_be_written()
    {
        Tensor leaf = Leaf();
        leaf.detach().add_(1);
        Assert.Equal(8, leaf.sum().item<float>());
    }
}

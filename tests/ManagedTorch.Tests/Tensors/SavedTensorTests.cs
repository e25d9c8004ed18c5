using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>What backward keeps: whether a change of it is noticed, and how long it is kept.</summary>
public class SavedTensorTests
{
    private const long Elements = 1 << 20;

    private static readonly Dictionary<string, Action<Tensor>> Changes = new()
    {
        ["itself"] = x => x.add_(1),
        ["a view"] = x => x.view(2, 2)[1].zero_(),
        ["a view of a view"] = x => x.narrow(0, 1, 3).unsqueeze(0).mul_(2),
        ["a detached tensor"] = x => x.detach().add_(1),
        ["a view of a detached tensor"] = x => x.detach()[0].fill_(4),
        ["an assignment"] = x => x[2] = tensor(7f),
        ["the same storage in no_grad"] = x => { using (no_grad()) x.copy_(zeros(4)); },
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_change_is_noticed_through(string way)
    {
        Tensor kept = ones(4);
        Tensor product = kept * ones(4).requires_grad_();
        Changes[way](kept);
        Assert.Contains("modified by an inplace operation", Assert.Throws<ExternalException>(() => product.sum().backward()).Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_change_before_it_was_kept_is_none(string way)
    {
        Tensor kept = ones(4), leaf = ones(4).requires_grad_();
        Changes[way](kept);
        (kept * leaf).sum().backward();
        Assert.True(leaf.grad!.Equals(kept));
    }

    [Fact]
    public void Memory_written_through_the_accessor_is_not_noticed()
    {
        Tensor kept = ones(4), leaf = ones(4).requires_grad_();
        Tensor product = kept * leaf;
        kept.data<float>()[0] = 5;
        product.sum().backward();
        Assert.Equal([5f, 1f, 1f, 1f], leaf.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_graph_that_was_freed_throws_and_its_gradients_stay()
    {
        Tensor leaf = ones(4).requires_grad_();
        Tensor loss = (leaf * leaf).exp().sum();
        loss.backward();
        float before = leaf.grad!.sum().item<float>();
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => loss.backward()).Message);
        Assert.Equal(before, leaf.grad!.sum().item<float>());
    }

    [Fact]
    public void A_graph_that_keeps_nothing_runs_again()
    {
        Tensor leaf = ones(4).requires_grad_();
        Tensor loss = (leaf + 1).sum();
        loss.backward();
        loss.backward();
        Assert.Equal(8, leaf.grad!.sum().item<float>());
    }

    [Fact]
    public void An_operation_that_needs_no_gradient_keeps_nothing()
    {
        using Tensor x = ones(Elements);
        Assert.InRange(AllocatedBy(() => { using Tensor y = x.exp(), z = y * x; }), 0, Elements);
    }

    [Fact]
    public void A_backward_lets_go_of_what_it_did_not_read()
    {
        using Tensor x = ones(Elements), leaf = ones(Elements).requires_grad_();
        Assert.InRange(
            AllocatedBy(() =>
            {
                using Tensor inner = leaf * 2, outer = inner * x, loss = outer.sum();
                loss.backward();
                leaf.grad!.Dispose();
            }),
            0, Elements);
    }

    // Of ten repetitions, after two that fill the pool: one tensor kept each time would be forty times as many bytes.
    private static long AllocatedBy(Action step)
    {
        long before = 0;
        for (int i = 0; i < 12; i++)
        {
            if (i == 2) before = GC.GetAllocatedBytesForCurrentThread();
            step();
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class LifetimeTests
{
    // What earlier tests dropped is finalised first: the count is of the whole process, and a collection in the midst of a test would lower it.
    public LifetimeTests()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Fact]
    public void An_operation_makes_one_tensor_however_it_is_composed()
    {
        Tensor x = ones(3, 4).requires_grad_();
        long before = Tensor.TotalCount;
        Tensor[] results = [x + 1, x.std(), x.logsumexp(1), x.matmul(x.t()), x.flip(0), x.repeat(2, 2), x[tensor([0L])], x.norm(), x.median()];
        // The transposed operand and the index are the caller's own tensors.
        Assert.Equal(results.Length + 2, Tensor.TotalCount - before);
        foreach (Tensor result in results) result.Dispose();
        Assert.Equal(2, Tensor.TotalCount - before);
    }

    [Fact]
    public void Backward_leaves_gradients_only()
    {
        Tensor x = ones(3, 4).requires_grad_();
        Tensor loss = x.softmax(1).std();
        long before = Tensor.TotalCount;
        loss.backward();
        Assert.Equal(before, Tensor.TotalCount);
        Tensor? gradient = x.grad;
        Assert.NotNull(gradient);
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Fact]
    public void Ten_undisposed_tensors_are_counted()
    {
        long before = Tensor.TotalCount;
        Tensor[] kept = [.. Enumerable.Range(0, 10).Select(_ => ones(2))];
        Assert.Equal(before + 10, Tensor.TotalCount);
        Assert.True(Tensor.PeakCount >= Tensor.TotalCount);
        GC.KeepAlive(kept);
    }

    [Fact]
    public void A_dispose_scope_disposes_what_was_made_in_it()
    {
        Tensor inner, kept, moved;
        using (DisposeScope outer = NewDisposeScope())
        {
            using (DisposeScope scope = NewDisposeScope())
            {
                inner = ones(2) + 1;
                kept = ones(3).DetachFromDisposeScope();
                moved = ones(4).MoveToOuterDisposeScope();
                Assert.Equal(2, scope.DisposablesCount);
            }
            Assert.True(inner.IsInvalid);
            Assert.False(moved.IsInvalid);
            Assert.True(outer.Contains(moved));
        }
        Assert.True(moved.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => inner.shape);
    }

    [Fact]
    public void Statistics_are_of_the_thread()
    {
        var thread = new Thread(() =>
        {
            ThreadDisposeScopeStatistics statistics = DisposeScopeManager.Statistics;
            statistics.Reset();
            Tensor outside = ones(1);
            using (DisposeScope scope = NewDisposeScope())
            {
                ones(2).DetachFromDisposeScope();
                ones(3);
                scope.Attach(outside);
            }
            long[] counts =
            [
                statistics.CreatedOutsideScopeCount, statistics.CreatedInScopeCount, statistics.DetachedFromScopeCount,
                statistics.AttachedToScopeCount, statistics.DisposedInScopeCount, statistics.ThreadTotalLiveCount,
            ];
            failure = counts.AsSpan().SequenceEqual([1, 2, 1, 1, 2, 1]) ? null : string.Join(' ', counts);
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private string? failure = "not run";
}

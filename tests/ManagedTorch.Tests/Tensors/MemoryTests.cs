using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ManagedTorch.Tests.Tensors;

/// <summary>Memory as a native library uses it: buffers come back with Dispose, views copy nothing, a long run costs no more than a short one.</summary>
public class MemoryTests
{
    // What a handle, its sizes and strides, its place in the graph and the loop's own objects may take: nothing that grows with the elements.
    private const long PerOperation = 64 * 1024;

    public static TheoryData<string, Func<Tensor, Tensor>> Operations => new()
    {
        { "add", x => x + x },
        { "multiply by a number", x => x * 3 },
        { "exp", x => x.exp() },
        { "relu", x => F.relu(x) },
        { "softmax", x => x.softmax(1) },
        { "layer_norm", x => F.layer_norm(x, [1024]) },
        { "sum over rows", x => x.sum(0L) },
        { "transposed copy", x => x.t().contiguous() },
        { "broadcast", x => x + x[0] },
        { "compare", x => x > 0 },
        { "matmul", x => x.matmul(x.t()) },
        { "dropout", x => F.dropout(x, 0.5) },
        { "cat", x => cat([x, x]) },
        { "index", x => x.index_select(0, Rows) },
        { "cross_entropy", x => F.cross_entropy(x, Rows) },
    };

    public static TheoryData<string, Func<Tensor, Tensor>> Views => new()
    {
        { "t", x => x.t() },
        { "view", x => x.view(-1) },
        { "narrow", x => x.narrow(0, 3, 5) },
        { "select", x => x[7] },
        { "slice", x => x[.., 2..9] },
        { "expand", x => x.unsqueeze(0).expand(4, -1, -1) },
        { "permute", x => x.permute(1, 0) },
        { "squeeze", x => x.unsqueeze(1).squeeze(1) },
        { "diagonal", x => x.diagonal() },
        { "unfold", x => x.unfold(0, 2, 1) },
        { "detach", x => x.detach() },
        { "chunk", x => x.chunk(2)[1] },
        { "reshape of a contiguous tensor", x => x.reshape(32, -1) },
    };

    private static readonly Tensor Rows = arange(1024).DetachFromDisposeScope();

#if MANAGED_TORCH
    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_allocates_nothing_that_grows_with_the_elements(string operation, Func<Tensor, Tensor> run)
    {
        using Tensor x = randn(1024, 1024);
        for (int warming = 0; warming < 3; warming++) Run();
        // The least of several: the count is that of the process, in which the test runner writes too.
        long allocated = Enumerable.Range(0, 3).Min(_ =>
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Run();
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        Assert.True(allocated < PerOperation, $"{operation} allocated {allocated} bytes");

        void Run()
        {
            using DisposeScope scope = NewDisposeScope();
            _ = run(x);
        }
    }
#endif

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_shows_the_elements_of_its_base(string operation, Func<Tensor, Tensor> view)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(64, 64), shown = view(x);
        x.fill_(1);
        Assert.True(shown.sum().item<float>() == shown.numel(), $"{operation} copied");
    }

    [Fact]
    public void A_thousand_steps_leave_as_much_as_a_hundred()
    {
        manual_seed(0);
        using Sequential model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 32), nn.BatchNorm1d(32), nn.Dropout(), nn.Linear(32, 10));
        using var optimizer = optim.AdamW(model.parameters());
        using Tensor x = randn(16, 1, 8, 8), y = randint(10, [16]);
        Train(100);
        // What other tests forgot leaves the count whenever it is collected: before, not meanwhile.
        long bytes = LiveBytes();
        GC.WaitForPendingFinalizers();
        long tensors = Tensor.TotalCount;
        Train(1000);
        Assert.Equal(tensors, Tensor.TotalCount);
        // One handle forgotten at each step would be twice this.
        Assert.True(LiveBytes() - bytes < 256 * 1024, $"{LiveBytes() - bytes} bytes more after a thousand steps");

        void Train(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                using DisposeScope scope = NewDisposeScope();
                optimizer.zero_grad();
                F.cross_entropy(model.call(x), y).backward();
                optimizer.step();
            }
        }
    }

    private static long LiveBytes() => GC.GetTotalMemory(forceFullCollection: true);
}

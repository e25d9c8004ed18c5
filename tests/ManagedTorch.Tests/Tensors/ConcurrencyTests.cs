using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>What several threads share, and what each has of its own.</summary>
public class ConcurrencyTests
{
    private const int Count = 4;
    private const int Repetitions = 200;

    [Fact]
    public void Grad_mode_is_of_the_thread()
    {
        using Barrier together = new(Count);
        using Tensor leaf = ones(2).requires_grad_();
        Threads.Run(Count, number =>
        {
            using IDisposable mode = set_grad_enabled(number % 2 == 0);
            together.SignalAndWait();
            using Tensor y = leaf * 2;
            Assert.Equal(number % 2 == 0, y.requires_grad);
            together.SignalAndWait();
        });
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Dispose_scopes_and_their_statistics_are_of_the_thread()
    {
        using DisposeScope outside = NewDisposeScope();
        using Barrier together = new(Count);
        Threads.Run(Count, number =>
        {
            Assert.Null(CurrentDisposeScope);
            DisposeScopeManager.Statistics.Reset();
            using DisposeScope scope = NewDisposeScope();
            together.SignalAndWait();
            for (int i = 0; i <= number; i++) ones(1);
            together.SignalAndWait();
            Assert.Equal(number + 1, scope.DisposablesCount);
            Assert.Equal(number + 1, DisposeScopeManager.Statistics.CreatedInScopeCount);
        });
        Assert.Equal(0, outside.DisposablesCount);
    }

    [Fact]
    public void Models_train_beside_each_other_as_they_train_alone()
    {
        float[][] alone = [.. Enumerable.Range(0, Count).Select(Train)], together = new float[Count][];
        Threads.Run(Count, number => together[number] = Train(number));
        Assert.Equal(alone, together);
    }

    [Fact]
    public void Gradients_of_several_backwards_add_up_in_a_leaf_they_share()
    {
        using Tensor leaf = ones(64).requires_grad_();
        Threads.Run(Count, number =>
        {
            for (int i = 0; i < Repetitions; i++)
            {
                using Tensor loss = (leaf * (number + 1)).sum();
                loss.backward();
            }
        });
        // 1 + 2 + 3 + 4 each time: whole numbers, so that the order of addition does not matter.
        Assert.True(leaf.grad!.Equals(full([64], 10f * Repetitions)));
    }

    [Fact]
    public void A_leaf_that_threads_meet_at_first_is_one_leaf_to_all()
    {
        for (int i = 0; i < Repetitions; i++)
        {
            using Tensor leaf = ones(3).requires_grad_();
            Threads.Run(2, _ =>
            {
                using Tensor loss = leaf.square().sum();
                Assert.Equal([2f, 2f, 2f], autograd.grad([loss], [leaf])[0].data<float>().ToArray());
            });
        }
    }

    [Fact]
    public void The_count_of_live_tensors_is_exact()
    {
        long before = CountWithoutGarbage();
        Tensor[][] kept = new Tensor[Count][];
        Threads.Run(Count, number =>
        {
            for (int i = 0; i < Repetitions; i++)
            {
                using Tensor x = ones(8), y = x.softmax(0);
                using DisposeScope scope = NewDisposeScope();
                _ = y * x;
            }
            kept[number] = [.. Enumerable.Range(0, number).Select(_ => ones(1))];
        });
        Assert.Equal(kept.Sum(tensors => tensors.Length), Tensor.TotalCount - before);
        foreach (Tensor tensor in kept.SelectMany(tensors => tensors)) tensor.Dispose();
    }

    [Fact]
    public void A_handle_disposed_by_several_threads_at_once_counts_once()
    {
        long before = CountWithoutGarbage();
        Tensor[] tensors = [.. Enumerable.Range(0, Repetitions).Select(_ => ones(1))];
        Threads.Run(Count, _ =>
        {
            foreach (Tensor tensor in tensors) tensor.Dispose();
        });
        Assert.Equal(before, Tensor.TotalCount);
    }

    // What other tests forgot leaves the count whenever it is collected: before, not meanwhile.
    private static long CountWithoutGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private static float[] Train(int seed)
    {
        using Generator generator = new((ulong)seed);
        using Linear model = nn.Linear(3, 1);
        using (no_grad())
        {
            foreach (Parameter parameter in model.parameters()) parameter.copy_(rand(parameter.shape, generator: generator));
        }
        using Adam optimizer = optim.Adam(model.parameters(), lr: 0.01);
        using DisposeScope scope = NewDisposeScope();
        Tensor inputs = rand([16, 3], generator: generator), targets = inputs.sum(1, keepdim: true);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            nn.functional.mse_loss(model.call(inputs), targets).backward();
            optimizer.step();
        }
        return [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
    }
}

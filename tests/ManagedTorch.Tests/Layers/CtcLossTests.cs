using System.Runtime.InteropServices;
using ManagedTorch.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

/// <summary>The loss against the sum over all readings, written out.</summary>
public class CtcLossTests
{
    private const int Frames = 5;
    private const int Classes = 3;

    public static TheoryData<long[], long[], int> Readings => new()
    {
        { [1, 2], [Frames, Frames], 0 },
        { [1, 1], [Frames, 4], 0 },
        { [2, 1, 2], [Frames, Frames], 0 },
        { [0, 1], [4, 3], 2 },
        { [], [Frames, 2], 0 },
    };

    [Theory]
    [MemberData(nameof(Readings))]
    public void The_loss_is_that_of_all_readings_of_the_target(long[] target, long[] frames, int blank)
    {
        manual_seed(target.Length + blank);
        using Tensor logProbs = functional.log_softmax(randn(Frames, 2, Classes, dtype: float64), 2);
        using Tensor losses = Loss(logProbs, target, frames, blank, Reduction.None);
        for (int n = 0; n < 2; n++)
        {
            double sum = 0;
            for (int code = 0; code < Math.Pow(Classes, frames[n]); code++)
            {
                int[] reading = [.. Enumerable.Range(0, (int)frames[n]).Select(t => code / (int)Math.Pow(Classes, t) % Classes)];
                if (!Merged(reading, blank).SequenceEqual(target)) continue;
                sum += Math.Exp(reading.Select((c, t) => logProbs[t, n, c].item<double>()).Sum());
            }
            Assert.Equal(-Math.Log(sum), losses[n].item<double>(), 1e-10);
        }
    }

    [Fact]
    public void Gradients_behind_a_log_softmax_are_those_of_differences()
    {
        manual_seed(1);
        foreach (Reduction reduction in (Reduction[])[Reduction.None, Reduction.Mean, Reduction.Sum])
        {
            Gradients.CheckTwice(t => Loss(functional.log_softmax(t[0], 2), [1, 2, 2], [Frames, 4], 0, reduction), randn(Frames, 2, Classes, dtype: float64));
        }
    }

    [Fact]
    public void The_gradient_is_that_of_the_scores_so_that_it_sums_to_zero()
    {
        using Tensor logProbs = functional.log_softmax(randn(Frames, 2, Classes, dtype: float64), 2).detach().requires_grad_();
        Loss(logProbs, [1, 2], [Frames, 3], 0, Reduction.Sum).backward();
        Assert.True(logProbs.grad!.sum(2).abs().max().item<double>() < 1e-12);
        Assert.Equal(0, logProbs.grad!.narrow(0, 3, 2).select(1, 1).abs().max().item<double>());
    }

    [Fact]
    public void A_target_that_does_not_fit_costs_infinitely_much_or_nothing()
    {
        using Tensor scores = randn(Frames, 2, Classes).requires_grad_();
        using Tensor logProbs = functional.log_softmax(scores, 2);
        // Two equal neighbours need a blank between them: three frames at least.
        using Tensor losses = Loss(logProbs, [1, 1], [Frames, 2], 0, Reduction.None);
        Assert.Equal([false, true], losses.isposinf().data<bool>().ToArray());
        Loss(logProbs, [1, 1], [Frames, 2], 0, Reduction.Sum, zeroInfinity: true).backward();
        Assert.True(scores.grad!.isfinite().all().item<bool>());
        Assert.Equal(0, scores.grad!.select(1, 1).abs().max().item<float>());
    }

    [Fact]
    public void Targets_come_padded_or_in_one_row()
    {
        using Tensor logProbs = functional.log_softmax(randn(Frames, 2, Classes, dtype: float64), 2);
        using Tensor frames = tensor([5L, 5]), lengths = tensor([2L, 1]);
        using Tensor padded = functional.ctc_loss(logProbs, tensor(new long[,] { { 1, 2 }, { 2, 0 } }), frames, lengths);
        using Tensor row = functional.ctc_loss(logProbs, tensor([1L, 2, 2]), frames, lengths);
        using Tensor module = CTCLoss().call(logProbs, tensor([1L, 2, 2]), frames, lengths);
        Assert.Equal(padded.item<double>(), row.item<double>());
        Assert.Equal(padded.item<double>(), module.item<double>());
        using Tensor each = functional.ctc_loss(logProbs, tensor([1L, 2, 2]), frames, lengths, reduction: Reduction.None);
        Assert.Equal(((each[0] / 2) + each[1]).item<double>() / 2, row.item<double>(), 1e-12);
    }

    [Fact]
    public void Lengths_beyond_what_there_is_are_refused()
    {
        using Tensor logProbs = functional.log_softmax(randn(Frames, 2, Classes), 2);
        Assert.ThrowsAny<ExternalException>(() => Loss(logProbs, [1], [Frames, Frames + 1], 0, Reduction.Mean));
        Assert.ThrowsAny<ExternalException>(() => functional.ctc_loss(logProbs, tensor([1L]), tensor([5L, 5]), tensor([1L, 1])));
    }

    private static Tensor Loss(Tensor logProbs, long[] target, long[] frames, int blank, Reduction reduction, bool zeroInfinity = false)
    {
        long[] both = [.. target, .. target];
        return functional.ctc_loss(logProbs, tensor(both), tensor(frames), tensor(new long[] { target.Length, target.Length }), blank, zeroInfinity, reduction);
    }

    private static IEnumerable<long> Merged(int[] reading, int blank) =>
        reading.Where((c, t) => c != blank && (t == 0 || reading[t - 1] != c)).Select(c => (long)c);
}

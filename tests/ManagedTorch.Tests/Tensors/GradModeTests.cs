using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class GradModeTests
{
    [Fact]
    public void A_no_grad_that_nobody_disposes_stays_on_for_its_thread_alone() => OnAThread(() =>
    {
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(is_grad_enabled());
        OnAThread(() => Assert.True(is_grad_enabled()));
    });

    [Fact]
    public void Each_mode_takes_effect_in_its_constructor_and_ends_in_Dispose() => OnAThread(() =>
    {
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            using (enable_grad()) Assert.True(is_grad_enabled());
            using (set_grad_enabled(true)) Assert.True(is_grad_enabled());
            Assert.False(is_grad_enabled());
        }
        using (enable_grad(false)) Assert.False(is_grad_enabled());
        Assert.True(is_grad_enabled());
    });

    [Fact]
    public void What_no_grad_computes_is_a_leaf_outside_the_graph()
    {
        using Tensor x = ones(2).requires_grad_();
        using (no_grad())
        {
            using Tensor y = x * 2;
            Assert.False(y.requires_grad);
            Assert.True(y.is_leaf);
        }
    }

    [Fact]
    public void Anomaly_detection_ends_in_Dispose()
    {
        using (autograd.detect_anomaly(check_nan: false))
        {
            Assert.True(AnomalyMode.IsEnabled);
            Assert.False(AnomalyMode.ShouldCheckNaN);
        }
        Assert.False(AnomalyMode.IsEnabled);
    }

    [Fact]
    public void Anomaly_detection_throws_at_a_gradient_that_is_no_number()
    {
        using Tensor x = tensor([-1f]).requires_grad_();
        using AnomalyMode mode = autograd.detect_anomaly();
        Assert.Contains("nan", Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => x.sqrt().sum().backward()).Message);
    }

    // Not inlined, so that nothing of the caller's frame keeps the mode alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => no_grad();

    private static void OnAThread(Action body)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(body));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}

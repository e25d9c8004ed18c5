using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

/// <summary>Losses of a prediction and a target whose shapes differ: [4] and [4, 1] make a table of sixteen errors, and no exception.</summary>
public class BroadcastLossTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Losses = new()
    {
        ["mse_loss"] = (input, target) => functional.mse_loss(input, target, nn.Reduction.None),
        ["l1_loss"] = (input, target) => functional.l1_loss(input, target, nn.Reduction.None),
    };

    public static TheoryData<string> Names => [.. Losses.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Shapes_are_broadcast(string name) => Assert.Equal([4, 4], Losses[name](ones(4), ones(4, 1)).shape);

    [Fact]
    public void l1_loss_is_not_squared() => Assert.Equal(3, functional.l1_loss(tensor([4f]), tensor([1f])).item<float>());

#if MANAGED_TORCH
    // The native library writes to the process's own stream, which Console.SetError does not redirect.
    [Theory, MemberData(nameof(Names))]
    public void A_line_on_standard_error_names_both_shapes(string name)
    {
        TextWriter before = Console.Error;
        using StringWriter written = new();
        Console.SetError(written);
        try
        {
            Losses[name](ones(4), ones(4, 1)).Dispose();
        }
        finally
        {
            Console.SetError(before);
        }
        Assert.Contains("[4, 1]", written.ToString());
        Assert.Contains("[4]", written.ToString());
    }
#endif
}

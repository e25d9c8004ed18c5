using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>The bias of the last layer is set by hand.</summary>
internal sealed class BiasedHead : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head;

    public BiasedHead(params double[] bias) : base(nameof(BiasedHead))
    {
        head = nn.Linear(32, bias.Length);
        using (no_grad()) head.bias!.copy_(tensor(bias));
        RegisterComponents();
    }

    /// <summary>A classifier of 100 examples, of each class as many as it is given.</summary>
    public static Setup Classes(int[] counts, params double[] bias) => SoundSetups.Classifier with
    {
        Model = () => new BiasedHead(bias),
        Batch = () => (randn(counts.Sum(), 8), tensor(counts.SelectMany((count, k) => Enumerable.Repeat((long)k, count)).ToArray())),
        Evaluate = null,
    };

    /// <summary>A bias that is log π of the given shares.</summary>
    public static double[] Log(params double[] shares) => [.. shares.Select(share => Math.Log(share))];

    /// <summary>A network for numbers of the given mean and a standard deviation of 1.</summary>
    public static Setup Numbers(double mean, params double[] bias) => SoundSetups.Regressor with
    {
        Model = () => new BiasedHead(bias),
        Batch = () => (randn(100, 8), randn(100, bias.Length) + mean),
        Evaluate = null,
    };

    /// <summary>Several zeros and ones an example, of which one in twenty is 1.</summary>
    public static Setup Binary(params double[] bias) => Numbers(0, bias) with
    {
        Batch = () => (randn(100, 8), arange(100 * bias.Length).remainder(20).eq(0).to(ScalarType.Float32).reshape(100, bias.Length)),
        Loss = (output, target) => binary_cross_entropy_with_logits(output, target),
    };

    public override Tensor forward(Tensor x) => head.call(relu(hidden.call(x)));
}

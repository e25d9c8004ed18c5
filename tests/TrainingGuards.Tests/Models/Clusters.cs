using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Models;

/// <summary>Points around class centres: data that any sound classifier learns, drawn afresh from the seeded generator.</summary>
internal static class Clusters
{
    public const int Features = 12;

    public static Batch Draw(int classes, int examples)
    {
        Tensor labels = arange(examples).remainder(classes).to(ScalarType.Int64);
        Tensor centres = randn(classes, Features) * 2;
        return (centres[labels] + (0.3 * randn(examples, Features)), labels);
    }

    /// <summary>A classifier of one hidden layer.</summary>
    public static Setup Classifier(int classes = 10, int examples = 64) => new()
    {
        Model = () => Network(classes),
        Batch = () => Draw(classes, examples),
        Loss = (output, target) => functional.cross_entropy(output, target),
        Optimizer = parameters => optim.Adam(parameters, lr: 1e-2),
    };

    public static Module<Tensor, Tensor> Network(int outputs, params Module<Tensor, Tensor>[] tail) =>
        Sequential([Linear(Features, 32), ReLU(), Linear(32, outputs), .. tail]);

    /// <summary>A network that predicts one number, with targets of shape [batch, 1].</summary>
    public static Setup Regressor() => new()
    {
        Model = () => Network(1),
        Batch = () =>
        {
            Tensor x = randn(64, Features);
            return (x, x.narrow(1, 0, 3).sum([1L], keepdim: true).sin());
        },
        Loss = (output, target) => functional.mse_loss(output, target),
        Optimizer = parameters => optim.Adam(parameters, lr: 1e-2),
    };
}

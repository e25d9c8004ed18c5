using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit.Saboteurs;

/// <summary>Weights of N(0, 1) whatever the number of inputs: the wider, the larger the outputs.</summary>
internal sealed class SumsOverWidth : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden;
    private readonly Linear head;

    public SumsOverWidth(double width) : base(nameof(SumsOverWidth))
    {
        hidden = nn.Linear(8, (long)(16 * width));
        head = nn.Linear((long)(16 * width), 4);
        using (no_grad())
        {
            nn.init.normal_(hidden.weight!, 0, width * width);
            nn.init.normal_(head.weight!, 0, width * width);
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(hidden.call(x).relu());

    public static Setup Setup { get; } = SoundSetups.Classifier with { Evaluate = null, Batch = Noisy, Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-5) };

    private static Batch Noisy() => SampleData.Blobs(32, 8, 4) is var (points, labels) ? (points, labels) : default;
}

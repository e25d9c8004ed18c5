using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Evaluation.Saboteurs;

/// <summary>A network with a batch normalisation, and what makes its evaluation another function than its training.</summary>
internal static class WrongStatistics
{
    public static Setup Setup(double momentum = 0.1, bool track = true, double eps = 1e-5, double dropout = 0) => With(() => new Normalized(momentum, track, eps, dropout));

    /// <summary>Each step ends, and the next begins, in evaluation mode.</summary>
    public static Setup StaysInEvaluation => Setup() with
    {
        Step = step =>
        {
            step.Model.eval();
            step.Optimizer.zero_grad();
            Tensor loss = cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
            loss.backward();
            step.Optimizer.step();
            return loss.ToDouble();
        },
    };

    /// <summary>The hidden layer is scaled in training alone.</summary>
    public static Setup ScaledInTraining => With(() => new ScalesInTraining());

    /// <summary>Sound: functional dropout, which is off in evaluation.</summary>
    public static Setup FunctionalDropout => With(() => new DropsByFunction());

    private static Setup With(Func<nn.Module> model) => SoundSetups.Classifier with
    {
        Model = model,
        Evaluate = null,
        // Off centre and wide: mean 0 and variance 1 are no estimate of theirs.
        Batch = () => SampleData.Blobs(32, 8, 4) is var (x, y) ? ((5 * x) + 3, y) : default,
    };

    private sealed class Normalized : nn.Module<Tensor, Tensor>
    {
        private readonly Linear hidden = nn.Linear(8, 32);
        private readonly BatchNorm1d norm;
        private readonly Dropout drop;
        private readonly Linear head = nn.Linear(32, 4);

        public Normalized(double momentum, bool track, double eps, double dropout) : base(nameof(Normalized))
        {
            norm = nn.BatchNorm1d(32, eps, momentum, track_running_stats: track);
            drop = nn.Dropout(dropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => head.call(drop.call(relu(norm.call(hidden.call(x)))));
    }

    private sealed class ScalesInTraining : nn.Module<Tensor, Tensor>
    {
        private readonly Linear hidden = nn.Linear(8, 32);
        private readonly Linear head = nn.Linear(32, 4);

        public ScalesInTraining() : base(nameof(ScalesInTraining)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            Tensor features = relu(hidden.call(x));
            return head.call(training ? features : features * 0.1);
        }
    }

    private sealed class DropsByFunction : nn.Module<Tensor, Tensor>
    {
        private readonly Linear hidden = nn.Linear(8, 32);
        private readonly Linear head = nn.Linear(32, 4);

        public DropsByFunction() : base(nameof(DropsByFunction)) => RegisterComponents();

        public override Tensor forward(Tensor x) => head.call(dropout(relu(hidden.call(x)), 0.5, training));
    }
}

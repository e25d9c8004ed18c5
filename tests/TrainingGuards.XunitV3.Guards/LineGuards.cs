using TrainingGuards;
using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Lines;

/// <summary>One check of each outcome.</summary>
public class LineGuards
{
    private static readonly Setup Line = new()
    {
        Device = CPU,
        Model = () => nn.Linear(4, 3),
        Batch = () => (randn(8, 4), arange(8).remainder(3)),
        Loss = (output, target) => cross_entropy(output, target),
        // It climbs: GradientDescends is broken.
        Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1, maximize: true),
    };

    public static Cases Recipe => Cases.Of(new Recipe(
        new ExamplesAreIsolated(), new GradientDescends(), new LossDoesNotSpike(steps: 5), new FrozenStaysFrozen(), new OneBatchOverfits()).Without<OneBatchOverfits>(because: "it is a line"));

    [GuardTheory, MemberData(nameof(Recipe))]
    public void Holds(Check check) => Line.MustSatisfy(check);

    [GuardTheory(Skip = "not today"), MemberData(nameof(Recipe))]
    public void Skipped(Check check) => Line.MustSatisfy(check);
}

using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Checks.Dynamics.Saboteurs;
using TrainingGuards.Tests.Models;
using TrainingGuards.Tests.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class StaysFiniteTests
{
    private static readonly StaysFinite Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void A_logarithm_of_zero_is_named_with_its_line()
    {
        Verdict verdict = Broken(LogOfRelu.Setup, "`LogOfRelu` (LogOfRelu) is given no NaN and makes", "it calls log: the logarithm of 0");
        Assert.Equal("TG6009", verdict.Findings.Causes[0].Rule);
        Assert.Equal("LogOfRelu", verdict.Findings.Where?.Module);
        Assert.Matches("^LogOfRelu.cs:\\d+$", verdict.Findings.Where?.Source);
        Assert.Equal(new Cost(1, 0, 30), verdict.Cost);
    }

    [Fact]
    public void A_row_that_is_masked_throughout() =>
        Assert.StartsWith("SoftmaxOfMasked.cs:", Broken(SoftmaxOfMasked.Setup, "calls softmax after a mask").Findings.Where?.Source, StringComparison.Ordinal);

    [Fact]
    public void A_gradient_that_is_not_finite_where_the_loss_is() =>
        Assert.Equal("RootOfZero", Broken(RootOfZero.Setup, "the forward pass is finite and the gradient of `hidden.weight`", "is; sqrt has no finite derivative at 0").Findings.Where?.Module);

    [Fact]
    public void A_loss_of_probabilities_that_are_zero() => Broken(
        SoundSetups.Classifier with
        {
            Model = () => nn.Sequential(nn.Linear(8, 32), nn.Linear(32, 4), nn.Softmax(-1)),
            Batch = () => SampleData.Blobs(32, 8, 4) is var (x, y) ? (x * 10000, y) : default,
            Loss = (output, target) => nll_loss(output.log(), target),
            Evaluate = null,
        },
        "exactly 0, and the loss of them is not finite: a logarithm of probabilities");

    [Fact]
    public void A_rate_that_lets_the_loss_grow() =>
        Assert.Equal("TG8006", Broken(SoundSetups.Regressor with { Optimizer = parameters => optim.SGD(parameters, learningRate: 1e6) }, "at a learning rate of").Findings.Causes[0].Rule);

    [Theory]
    [InlineData(10)]
    [InlineData(1e-9)]
    public void A_batch_with_NaN_is_named_by_step_and_example_and_nothing_is_changed(double overhead)
    {
        (Verdict verdict, Snapshot with) = Train(overhead);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("the input of step 12 has NaN or ∞ in example 3 of 16", verdict.Findings.Causes[0].Evidence);
        Assert.Equal("TG6008", verdict.Findings.Causes[0].Rule);
        Train(null).State.MustEqual(with);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1e-9)]
    public void The_module_is_named_in_the_users_own_loop_and_nothing_is_changed(double overhead)
    {
        (Verdict verdict, Snapshot with) = Train(overhead, overflow: true);
        Assert.Contains("it overflows", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal("scale", verdict.Findings.Where?.Module);
        Train(null, overflow: true).State.MustEqual(with);
    }

    private static (Verdict Verdict, Snapshot State) Train(double? overhead, bool overflow = false)
    {
        manual_seed(0);
        using var model = nn.Sequential(("norm", nn.BatchNorm1d(8)), ("drop", nn.Dropout(0.3)), ("scale", nn.Linear(8, 8)), ("head", nn.Linear(8, 4)));
        using var optimizer = optim.SGD(model.parameters(), learningRate: 1e-3);
        using TrainingMonitor? monitor = overhead is null ? null : new(model, optimizer, options: new() { Checks = [Check], MaximumOverhead = overhead.Value, Warned = _ => { } });
        for (int step = 1; step <= 12; step++)
        {
            using var scope = NewDisposeScope();
            (Tensor x, Tensor y) = SampleData.Blobs(16, 8, 4);
            if (step == 12 && !overflow) x[3, 2] = float.NaN;
            if (step == 12 && overflow)
                using (no_grad())
                    model.get_parameter("scale.weight")!.fill_(3e38);
            optimizer.zero_grad();
            Tensor loss = cross_entropy(model.call(x), y);
            loss.backward();
            monitor?.Step(loss);
        }
        Snapshot state = Snapshot.Of(model);
        return (monitor is null ? null! : Assert.Single(monitor.Verdicts()), state);
    }

    private static Verdict Broken(Setup setup, params string[] evidence)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        foreach (string part in evidence) Assert.True(verdict.Findings.Causes.Count > 0 && verdict.Findings.Causes[0].Evidence.Contains(part, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Checks.Dynamics.Saboteurs;
using TrainingGuards.Tests.Checks.Fit.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class PredictionsSettleTests
{
    private static readonly PredictionsSettle Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.FewSeeds;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void A_rate_that_is_too_high_leaves_one_class_for_all()
    {
        Verdict verdict = Broken(TooFast, "at the first look: training has cut them from the inputs, at a learning rate of 10");
        Assert.Contains("all 64 predictions are of one class in the last 10 looks", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal("TG8006", verdict.Findings.Causes[0].Rule);
        Assert.Equal(new Cost(21, 0, 100), verdict.Cost);
    }

    [Fact]
    public void Inputs_that_are_lost_leave_one_class_for_all() =>
        Broken(Deaf.Setup(() => new TimesZero()), "they do not depend on the inputs, and did not at the first look");

    [Fact]
    public void A_bias_that_nothing_moves_leaves_one_class_for_all() => Broken(Biased(by: 2), "nats says that they are not sure");

    [Fact]
    public void A_bias_that_drowns_all_leaves_one_class_for_all() => Broken(Biased(by: 20), "nats, and were at the first look");

    [Fact]
    public void Classes_that_flip_do_not_settle()
    {
        Verdict verdict = Broken(SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 30), Evaluate = null }, "from look to look predictions change by");
        Assert.Equal("TG8006", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void Numbers_near_their_mean_do_not_follow_the_inputs() => Broken(
        SoundSetups.Regressor with { Model = () => nn.Sequential(nn.Linear(4, 8), nn.Tanh(), new Faded()) }, "of what targets do: all are near their mean");

    [Fact]
    public void Numbers_that_jump_do_not_settle()
    {
        Verdict verdict = Broken(SoundSetups.Regressor with { Optimizer = parameters => optim.Adam(parameters, lr: 30) }, "from look to look predictions change by");
        Assert.Equal("TG8006", verdict.Findings.Causes[^1].Rule);
    }

    [Fact]
    public void What_is_random_in_evaluation_never_settles()
    {
        Verdict verdict = Broken(SoundSetups.Classifier with { Model = () => new NoisyAnswers(), Evaluate = null }, "they are random in evaluation mode");
        Assert.Equal("TG2005", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void Most_of_one_class_may_be_said_of_all()
    {
        Verdict verdict = (SoundSetups.Classifier with
        {
            Batch = () => (randn(32, 8), rand(32).gt(0.9).to(ScalarType.Int64)),
            Evaluate = null,
        }).Judge(Check);
        verdict.MustBe(Outcome.Holds);
    }

    [Fact]
    public void Labels_that_are_present_or_not_are_watched_too() => SoundExamples.ManyLabels().MustSatisfy(Check);

    [Fact]
    public void What_is_seen_is_drawn()
    {
        Verdict verdict = SoundSetups.Classifier.MustSatisfy(Check);
        Assert.Equal(["change of predictions", "share of right predictions", "entropy of predictions"], verdict.Findings.Curves.Select(curve => curve.Quantity));
        Bars bars = Assert.Single(verdict.Findings.Bars);
        Assert.Equal(4, bars.Values.Count);
        Assert.Equal(64, bars.Values.Sum(value => value.Value));
        Assert.True(verdict.Findings.Curves[1].Values[^1] > verdict.Findings.Curves[1].Values[0]);
    }

    [Fact]
    public void Too_few_looks_do_not_tell() =>
        Assert.Contains("at least 10 looks at finite predictions; there were 8", SoundSetups.Classifier.Judge(new PredictionsSettle(steps: 40)).Reason, StringComparison.Ordinal);

    [Fact]
    public void In_the_users_own_loop_it_needs_examples_that_stay_the_same()
    {
        using var model = new MlpClassifier();
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var monitor = new TrainingMonitor(model, optimizer, options: new() { Checks = [Check] });
        monitor.Step(1.0);
        Assert.Contains("set MonitorOptions.FixedInputs", Assert.Single(monitor.Verdicts()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void In_the_users_own_loop_it_warns_after_a_fifth_of_training()
    {
        manual_seed(0);
        (Tensor fixedInputs, Tensor fixedClasses) = SampleData.Blobs(64, 8, 4);
        using var model = new TimesZero();
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        var warnings = new List<MonitorWarning>();
        using var monitor = new TrainingMonitor(model, optimizer, options: new()
        {
            Checks = [Check], Warned = warnings.Add, MaximumOverhead = 1e9, TotalSteps = 200, FixedInputs = fixedInputs, FixedTargets = fixedClasses,
        });
        for (int step = 0; step < 100; step++)
        {
            using var scope = NewDisposeScope();
            (Tensor inputs, Tensor classes) = SampleData.Blobs(32, 8, 4);
            optimizer.zero_grad();
            Tensor loss = cross_entropy(model.call(inputs), classes);
            loss.backward();
            monitor.Step(loss);
            optimizer.step();
        }
        Assert.Equal(40, Assert.Single(warnings).FirstStep);
    }

    /// <summary>Its rate is two hundred times too high.</summary>
    internal static Setup TooFast => SoundSetups.ConvNet with { Optimizer = parameters => optim.SGD(parameters, learningRate: 10), Evaluate = null };

    // The last parameter is the bias of the last layer.
    private static Setup Biased(double by) => SoundSetups.Classifier with
    {
        Model = () =>
        {
            var model = new MlpClassifier();
            using var grad = no_grad();
            model.parameters().Last()[0] += by;
            return model;
        },
        Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-6),
        Evaluate = null,
    };

    private static Verdict Broken(Setup setup, string evidence)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.Contains(evidence, verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        return verdict;
    }
}

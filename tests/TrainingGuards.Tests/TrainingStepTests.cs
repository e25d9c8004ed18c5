using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests;

/// <summary>The step that the guards make is the user's own, or as the user's optimizers and schedulers ask.</summary>
public sealed class TrainingStepTests
{
    private static readonly Setup Sound = SoundSetups.Classifier;

    [Fact]
    public void A_step_of_the_users_own_is_made_in_place_of_the_default()
    {
        int made = 0;
        Setup setup = Sound with
        {
            Step = step =>
            {
                made++;
                Assert.True(step.Model.training);
                step.Optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(((MlpClassifier)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
                loss.backward();
                step.Optimizer.step();
                return loss.ToDouble();
            },
        };
        Assert.Equal(5, setup.MustSatisfy(new EveryParameterLearns()).Cost.Steps);
        Assert.Equal(5, made);
    }

    [Fact]
    public void A_step_that_updates_half_of_the_model_is_seen()
    {
        Setup half = SoundSetups.MultiLabel with
        {
            Step = step =>
            {
                step.Model.zero_grad();
                Tensor loss = nn.functional.binary_cross_entropy_with_logits(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
                loss.backward();
                step.Optimizers[1].step();
                return loss.ToDouble();
            },
        };
        Verdict verdict = half.Judge(new EveryParameterLearns());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.StartsWith("`encoder`", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_only_one_of_several_optimizers_is_refused() => Assert.Contains(
        "a Step that asks for the only one of 2 optimizers",
        Assert.Throws<SetupException>(() => (SoundSetups.MultiLabel with { Step = step => step.Optimizer.GetHashCode() }).Judge(new EveryParameterLearns())).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_line_search_is_given_the_loss_as_a_closure()
    {
        Setup setup = SoundSetups.Regressor with { Optimizer = parameters => optim.LBFGS(parameters, lr: 0.1, max_iter: 5) };
        Verdict verdict = setup.MustSatisfy(new EveryParameterLearns());
        Assert.Empty(verdict.Findings.Causes);
    }

    [Fact]
    public void A_parameter_that_a_line_search_was_not_given_is_told_so()
    {
        Setup setup = SoundSetups.Regressor with { Optimizer = null, OptimizerFor = model => optim.LBFGS(model.parameters().Skip(2), lr: 0.1, max_iter: 5) };
        Verdict verdict = setup.Judge(new EveryParameterLearns());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("they are in no optimizer group", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("that the model does not have", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScheduleUnit.Batch, 0.125)]
    [InlineData(ScheduleUnit.Epoch, 1.0)]
    public void A_scheduler_is_stepped_where_it_counts_batches(ScheduleUnit unit, double factor)
    {
        optim.Optimizer? made = null;
        Setup setup = Sound with
        {
            Optimizer = parameters => made = optim.SGD(parameters, learningRate: 0.1),
            Scheduler = optimizer => optim.lr_scheduler.ExponentialLR(optimizer, gamma: 0.5),
            ScheduledBy = unit,
        };
        setup.MustSatisfy(new EveryParameterLearns(steps: 3));
        Assert.Equal(0.1 * factor, made!.ParamGroups.Single().LearningRate, 1e-9);
    }

    [Fact]
    public void A_penalty_is_part_of_what_is_trained()
    {
        Setup setup = Sound with { Penalty = model => 100 * model.parameters().First().square().sum(), Evaluate = null };
        Verdict verdict = setup.Judge(new OneBatchOverfits());
        Assert.NotEqual(Outcome.Holds, verdict.Outcome);
        Assert.Equal(Outcome.Holds, (setup with { Penalty = null }).Judge(new OneBatchOverfits()).Outcome);
    }

    [Fact]
    public void Terms_of_a_loss_are_summed()
    {
        Setup setup = SoundSetups.TwoOutputs with
        {
            JointLoss = null,
            LossTerms = (outputs, targets) => new Dictionary<string, Tensor>
            {
                ["kind"] = nn.functional.cross_entropy(outputs[0], targets[0]),
                ["position"] = nn.functional.mse_loss(outputs[1], targets[1]),
            },
        };
        Curve joint = SoundSetups.TwoOutputs.MustSatisfy(new OneBatchOverfits()).Findings.Curves[0];
        Assert.Equal(joint.Values, setup.MustSatisfy(new OneBatchOverfits()).Findings.Curves[0].Values);
    }
}

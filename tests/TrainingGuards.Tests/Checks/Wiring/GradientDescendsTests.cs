using TorchSharp.Modules;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class GradientDescendsTests
{
    private static readonly Setup Vectors = SoundSetups.Classifier with { Evaluate = null };

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(new GradientDescends());
        Assert.Equal((1, 1), (verdict.Cost.Backwards, verdict.Cost.Steps));
        Assert.InRange(verdict.Cost.Forwards, 8, 14);
        Assert.Empty(verdict.Findings.Notes);
        Assert.Equal(3, verdict.Findings.Claims[0].Readings.Count);
    }

    public static TheoryData<string> Steady => [.. SoundForms.Keys];

    private static readonly Dictionary<string, Setup> SoundForms = new()
    {
        ["dropout"] = Vectors with { Model = () => nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 4)) },
        ["batch normalisation"] = Vectors with { Model = () => nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 4)) },
        ["pixels that are zero"] = Vectors with { Model = () => NoBias(), Batch = () => SampleData.Blobs(32, 8, 4) is var (x, y) ? (x.masked_fill(x.lt(0.5), 0), y) : default },
        ["a head at zero"] = Vectors with { Model = () => new ZeroHead() },
        ["branches at zero"] = Vectors with { Model = () => new ZeroBranches() },
        ["frozen in part"] = Vectors with { Model = () => new PartlyFrozen() },
        ["maxima"] = Vectors with { Loss = (output, target) => cross_entropy(output, target, reduction: nn.Reduction.None).topk(8, 0).values.mean() },
        ["weight decay"] = Vectors with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1, weight_decay: 1) },
        ["decoupled weight decay"] = Vectors with { Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3, weight_decay: 10) },
        ["warm-up from zero"] = Vectors with { Scheduler = optimizer => optim.lr_scheduler.LambdaLR(optimizer, step => Math.Min(1, step / 10.0)) },
        ["line search"] = Vectors with { Optimizer = null, OptimizerFor = model => optim.LBFGS(model.parameters(), lr: 0.1) },
        ["penalty"] = Vectors with { Penalty = model => 0.01 * model.parameters().Select(p => p.square().sum()).Aggregate((a, b) => a + b) },
        ["a function of one's own"] = Vectors with { Model = () => new OwnGradients(new Cubes()) },
        ["accumulation"] = Vectors with { Step = Accumulates },
        ["small rate"] = Vectors with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-5) },
    };

    [Theory]
    [MemberData(nameof(Steady))]
    public void Holds_whatever_is_sound(string name)
    {
        for (int seed = 0; seed < 10; seed++) (SoundForms[name] with { Seed = seed }).MustSatisfy(new GradientDescends());
    }

    [Fact]
    public void A_gradient_that_goes_straight_through_is_noted()
    {
        Verdict verdict = (Vectors with { Model = () => new OwnGradients(new Signs()) }).MustSatisfy(new GradientDescends());
        Assert.Contains("straight-through estimator", verdict.Findings.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_that_is_stopped_on_one_of_two_ways_is_noted()
    {
        Verdict verdict = (Vectors with { Model = () => new OwnGradients(new HalfStopped()) }).MustSatisfy(new GradientDescends());
        Assert.Contains("detach (OwnGradients.cs:", verdict.Findings.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_backward_that_is_wrong_is_found_on_its_line()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Verdict verdict = Broken(Vectors with { Seed = seed, Model = () => new OwnGradients(new WrongCubes()) }, "the backward of WrongCube", rule: null, "hidden.weight");
            Assert.StartsWith("OwnGradients.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_edit_that_the_graph_does_not_see_is_seen()
    {
        for (int seed = 0; seed < 5; seed++)
            Broken(Vectors with { Seed = seed, Model = () => new OwnGradients(new EditsBehindTheGraph()) }, "is not the derivative of the loss", rule: null, "hidden.weight");
    }

    [Fact]
    public void A_cut_graph_is_found_on_its_line()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Verdict verdict = Broken(Vectors with { Seed = seed, Model = () => new DetachedTrunk() }, "the graph is cut on the way, and detach (DetachedTrunk.cs:17) is called", "TG1004, TG2003", "trunk.0.weight");
            Assert.Equal("DetachedTrunk.cs:17", verdict.Findings.Where!.Source);
        }
    }

    [Fact]
    public void An_optimizer_that_maximises_is_told() =>
        Broken(Vectors with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-3, maximize: true) }, "maximize: true", rule: null, "Optimizer");

    [Fact]
    public void A_negative_rate_is_told() =>
        Broken(Vectors with { Optimizer = Negative }, "the learning rate is −0.1", rule: null, "Optimizer");

    [Fact]
    public void A_step_that_negates_the_loss_is_told() => Broken(Vectors with { Step = Negates }, "the gradient that Step leaves behind has a cosine of −1", rule: null, "Step");

    [Fact]
    public void A_loss_that_does_not_repeat_tells_nothing()
    {
        var random = new Random(0);
        Verdict verdict = (Vectors with { Loss = (output, target) => cross_entropy(output, target) * (1 + random.NextDouble()) }).Judge(new GradientDescends());
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("repeats from one seed", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientDescends(tolerance: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientDescends(directions: 0));
    }

    private static SGD Negative(IEnumerable<Parameter> parameters)
    {
        SGD optimizer = optim.SGD(parameters, learningRate: 0.1);
        foreach (optim.ILearningRateController group in optimizer.ParamGroups) group.LearningRate = -0.1;
        return optimizer;
    }

    private static Sequential NoBias() => nn.Sequential(nn.Linear(8, 32, hasBias: false), nn.ReLU(), nn.Linear(32, 4, hasBias: false));

    private static double Negates(TrainingStep step)
    {
        step.Optimizer.zero_grad();
        Tensor loss = -cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
        loss.backward();
        step.Optimizer.step();
        return loss.ToDouble();
    }

    private static double Accumulates(TrainingStep step)
    {
        step.Optimizer.zero_grad();
        Batch batch = step.Batch;
        double sum = 0;
        for (int part = 0; part < 4; part++)
        {
            Tensor loss = cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(batch.Inputs), batch.Targets) / 4;
            loss.backward();
            sum += loss.ToDouble();
            batch = step.NextBatch();
        }
        nn.utils.clip_grad_norm_(step.Model.parameters(), 0.1);
        step.Optimizer.step();
        return sum;
    }

    private static Verdict Broken(Setup setup, string because, string? rule, string module)
    {
        Verdict verdict = setup.Judge(new GradientDescends());
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes.Count > 0 && verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}

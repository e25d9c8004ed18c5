using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class RegularizationRaisesLossTests
{
    private static readonly RegularizationRaisesLoss Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string> Penalties => [.. Sane.Keys];

    private static readonly Dictionary<string, Func<Module, Tensor>> Sane = new()
    {
        ["squares of all"] = Penalty.Squares,
        ["absolute weights"] = model => 1e-4 * Sum(model, weight => weight.abs().sum()),
        ["norms"] = model => 1e-3 * Sum(model, weight => weight.norm()),
        ["orthogonality"] = model => 1e-3 * Sum(model, weight => (weight.t().matmul(weight) - eye(weight.shape[1], device: weight.device)).square().sum()),
        ["the elastic net"] = model => 1e-4 * Sum(model, weight => weight.abs().sum() + weight.square().sum()),
    };

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups_with_weight_decay_in_the_loss(string name, int seed)
    {
        Setup setup = SoundSetups.Of(name, seed);
        if (setup.Penalty is null) Assert.Equal(Outcome.NotApplicable, setup.Judge(Check).Outcome);
        Verdict verdict = (setup with { Penalty = Penalty.Squares }).MustSatisfy(Check);
        Assert.Empty(verdict.Findings.Notes);
        Assert.Equal(new Cost(1, 2, 0), verdict.Cost);
    }

    [Theory]
    [MemberData(nameof(Penalties))]
    public void Penalties_of_all_kinds_hold(string kind)
    {
        for (int seed = 0; seed < 10; seed++) (SoundSetups.Classifier with { Penalty = Sane[kind], Seed = seed }).MustSatisfy(Check);
    }

    [Fact]
    public void A_sign_that_is_turned_is_found()
    {
        Verdict verdict = Broken(Penalty.Negative, ": its sign is turned, training makes the weights grow", rule: null);
        Assert.StartsWith("Penalty.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void The_part_whose_sign_is_turned_is_named() =>
        Broken(model => Penalty.Squares(model) - (1e-2 * model.parameters().First().square().sum()), "the penalty falls as `hidden.weight` grows, and grows with the others: the sign of a part of it is turned", rule: null);

    [Fact]
    public void A_penalty_that_is_cut_from_the_graph_is_found() =>
        Broken(Penalty.Cut, "and no gradient leads there: it is cut from the graph", "TG1004");

    [Fact]
    public void A_penalty_of_another_model_is_found()
    {
        using var other = new MlpClassifier();
        Broken(_ => tensor(1e-3) * Penalty.Squares(other).cpu().detach(), "whatever the parameters are: it is not computed from this model", "TG1008");
    }

    [Fact]
    public void A_root_of_zero_is_named_with_its_parameter()
    {
        Setup zeros = SoundSetups.Classifier with { Model = () => Zeroed(new MlpClassifier()), Penalty = model => 1e-3 * model.parameters().Select(weight => weight.square().sum().sqrt()).Aggregate((a, b) => a + b) };
        Broken(zeros, "the gradient is NaN of `head.bias`: a root or a quotient of what is 0 at the start", "TG6009");
    }

    [Fact]
    public void A_penalty_that_is_not_finite_is_found() => Broken(model => Penalty.Squares(model) / 0, "the penalty is ∞ at the start", "TG6009");

    [Fact]
    public void What_is_no_failure_is_noted()
    {
        static string[] Notes(Func<Module, Tensor> penalty) => [.. (SoundSetups.Classifier with { Penalty = penalty }).MustSatisfy(Check).Findings.Notes];
        Assert.Contains("training will first of all shrink the weights", Assert.Single(Notes(model => 1e4 * Penalty.Squares(model))), StringComparison.Ordinal);
        Assert.Contains("it does next to nothing", Assert.Single(Notes(model => 1e-6 * Penalty.Squares(model))), StringComparison.Ordinal);
        Assert.Contains("below 0, and grows with the weights: a constant that trains nothing", Assert.Single(Notes(model => Penalty.Squares(model) - 1)), StringComparison.Ordinal);
        Assert.Equal(["the penalty does not reach `hidden.weight`"], Notes(model => 1e-3 * model.parameters().Skip(2).First().square().sum()));
    }

    [Fact]
    public void The_distance_from_where_training_begins_is_sound()
    {
        Setup anchored = SoundSetups.Classifier with { Penalty = null };
        Tensor[]? start = null;
        Func<Module, Tensor> penalty = model =>
        {
            start ??= [.. model.parameters().Select(weight => weight.detach().clone().DetachFromDisposeScope())];
            return model.parameters().Zip(start, (weight, at) => (weight - at).square().sum()).Aggregate((a, b) => a + b);
        };
        (anchored with { Penalty = penalty }).MustSatisfy(Check);
        foreach (Tensor at in start!) at.Dispose();
    }

    private static Tensor Sum(Module model, Func<Tensor, Tensor> of) => model.parameters().Where(weight => weight.dim() == 2).Select(of).Aggregate((a, b) => a + b);

    private static MlpClassifier Zeroed(MlpClassifier model)
    {
        init.zeros_(model.parameters().Last());
        return model;
    }

    private static Verdict Broken(Func<Module, Tensor> penalty, string because, string? rule) => Broken(SoundSetups.Classifier with { Penalty = penalty }, because, rule);

    private static Verdict Broken(Setup setup, string because, string? rule)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        return verdict;
    }
}

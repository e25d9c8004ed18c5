using TorchSharp.Modules;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class GradientsMatchFiniteDifferencesTests
{
    private static readonly Setup Vectors = SoundSetups.Classifier with { Evaluate = null };

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(new GradientsMatchFiniteDifferences());
        // A Sequential of torch's layers has no module of the user's own; a residual net has two types of them.
        int types = name switch { nameof(SoundSetups.MultiLabel) => 0, nameof(SoundSetups.ResidualNet) => 2, _ => 1 };
        verdict.MustBe(types == 0 ? Outcome.NotApplicable : Outcome.Holds);
        if (types == 0) return;
        Assert.Empty(verdict.Findings.Notes);
        Assert.Equal(2 * types, verdict.Findings.Claims[0].Readings.Count);
        Assert.InRange(verdict.Cost.Forwards, 7, 1 + (12 * types));
        Assert.Equal((types, 0), (verdict.Cost.Backwards, verdict.Cost.Steps));
    }

    public static TheoryData<string> Steady => [.. SoundForms.Keys];

    private static readonly Dictionary<string, Setup> SoundForms = new()
    {
        ["a function of one's own"] = With(() => new Cubes()),
        ["dropout"] = Vectors with { Model = () => new PretrainedEncoder(PretrainedEncoder.NewEncoder()) },
        ["branches at zero"] = Vectors with { Model = () => new ZeroBranches() },
        ["pixels that are zero"] = Vectors with { Batch = () => SampleData.Blobs(32, 8, 4) is var (x, y) ? (x.masked_fill(x.lt(0.5), 0), y) : default },
    };

    [Theory]
    [MemberData(nameof(Steady))]
    public void Holds_whatever_is_sound(string name)
    {
        for (int seed = 0; seed < 10; seed++) (SoundForms[name] with { Seed = seed }).MustSatisfy(new GradientsMatchFiniteDifferences());
    }

    [Fact]
    public void A_wrong_backward_is_found_in_the_innermost_module()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Verdict verdict = Broken(With(() => new WrongCubes()) with { Seed = seed }, "the gradient of `between` by `input` is not its derivative", rule: null);
            Assert.Contains("the backward of WrongCube", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
            Assert.StartsWith("OwnGradients.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
            Assert.Single(verdict.Findings.Causes);
        }
    }

    [Fact]
    public void An_edit_that_the_graph_does_not_see_is_found_on_its_line()
    {
        Verdict verdict = Broken(With(() => new EditsBehindTheGraph()), "zeros_ (BehindTheGraph.cs:17) edits in place", "TG1010");
        Assert.Equal("BehindTheGraph.cs:17", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void A_number_that_leaves_the_graph_is_seen() => Broken(With(() => new LeavesTheGraph()), "the gradient of `between` by `input` is not its derivative", "TG1004");

    [Fact]
    public void A_module_that_gives_no_gradient_at_all_is_seen() => Broken(With(() => new OnlyANumber()), "`between` changes with `input`", "TG1004");

    [Fact]
    public void Gradients_that_go_straight_through_are_not_judged() =>
        Assert.Contains("straight-through estimator", NotApplicable(With(() => new Signs())), StringComparison.Ordinal);

    [Fact]
    public void Gradients_that_are_stopped_are_not_judged() =>
        Assert.Contains("detach (OwnGradients.cs:", NotApplicable(With(() => new HalfStopped())), StringComparison.Ordinal);

    [Fact]
    public void What_returns_single_precision_is_not_judged() =>
        Assert.Contains("returns other numbers than float64", NotApplicable(With(() => new AlwaysSingle()), module => module is AlwaysSingle), StringComparison.Ordinal);

    [Fact]
    public void What_rounds_inside_is_no_alarm()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Verdict verdict = (With(() => new SingleInside()) with { Seed = seed }).Judge(new GradientsMatchFiniteDifferences());
            Assert.True(verdict.Outcome is Outcome.NotApplicable or Outcome.Holds, verdict.ToString());
        }
    }

    [Fact]
    public void What_is_the_users_in_every_build_is_not_converted()
    {
        using Sequential encoder = PretrainedEncoder.NewEncoder();
        Assert.Contains("is the same at each call of Model", NotApplicable(Vectors with { Device = CPU, Model = () => new PretrainedEncoder(encoder) }), StringComparison.Ordinal);
        Assert.All(encoder.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Fact]
    public void A_model_of_torchs_modules_has_torchs_gradients() =>
        Assert.Contains("the gradients are torch's", NotApplicable(Vectors with { Model = () => nn.Sequential(nn.Linear(8, 4)) }), StringComparison.Ordinal);

    [Fact]
    public void Modules_are_chosen() =>
        Assert.Equal(2, (Vectors with { Model = () => nn.Sequential(nn.Linear(8, 4)) }).MustSatisfy(new GradientsMatchFiniteDifferences(modules: module => module is Linear)).Findings.Claims[0].Readings.Count);

    [Fact]
    public void Numbers_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientsMatchFiniteDifferences(tolerance: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientsMatchFiniteDifferences(directions: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientsMatchFiniteDifferences(examples: 0));
    }

    private static Setup With(Func<nn.Module<Tensor, Tensor>> between) => Vectors with { Model = () => new OwnGradients(between()) };

    private static string NotApplicable(Setup setup, Func<nn.Module, bool>? modules = null)
    {
        Verdict verdict = setup.Judge(new GradientsMatchFiniteDifferences(modules: modules));
        verdict.MustBe(Outcome.NotApplicable);
        return verdict.Reason!;
    }

    private static Verdict Broken(Setup setup, string because, string? rule)
    {
        Verdict verdict = setup.Judge(new GradientsMatchFiniteDifferences());
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes.Count > 0 && verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal("between", verdict.Findings.Where?.Module);
        return verdict;
    }
}

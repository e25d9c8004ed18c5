using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class VectorizedMatchesLoopTests
{
    private const string Shapes = "batch, time, 4";

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(VectorizedMatchesLoop.Of(RowMeans.Vectorized, RowMeans.Looped, Shapes));
        Assert.Equal(new Cost(0, 0, 0), verdict.Cost);
        Assert.Equal(
            ["with batch = 3, time = 5", "with batch = 5, time = 3", "with batch = 1, time = 5", "with batch = 3, time = 1"],
            verdict.Findings.Claims[0].Readings.Select(reading => reading.Culprit));
    }

    [Fact]
    public void Holds_for_several_inputs_and_outputs()
    {
        static Tensors Loop(Tensors x)
        {
            Tensor products = zeros(x[0].shape[0], x[1].shape[1], device: x[0].device);
            for (int i = 0; i < x[0].shape[0]; i++)
                for (int j = 0; j < x[1].shape[1]; j++) products[i, j] = (x[0][i] * x[1].select(1, j)).sum();
            return (products, x[0].sum());
        }
        SoundSetups.Classifier.MustSatisfy(new VectorizedMatchesLoop(x => (x[0].mm(x[1]), x[0].sum()), Loop, "rows, inner; inner, columns"));
        SoundSetups.Classifier.MustSatisfy(VectorizedMatchesLoop.Of((a, b) => a.mm(b), (a, b) => Loop((a, b))[0], "rows, inner; inner, columns"));
    }

    [Fact]
    public void Inputs_may_be_made_from_sizes() => SoundSetups.Classifier.MustSatisfy(VectorizedMatchesLoop.On(
        x => nn.functional.one_hot(x[0], 7),
        x =>
        {
            Tensor hot = zeros(x[0].shape[0], 7, dtype: ScalarType.Int64, device: x[0].device);
            for (int i = 0; i < x[0].shape[0]; i++) hot[i, x[0][i].ToInt64()] = 1;
            return hot;
        },
        sizes => randint(7, [sizes["tokens"]], dtype: ScalarType.Int64),
        "tokens"));

    [Fact]
    public void A_function_that_edits_its_input_does_not_reach_the_loop() =>
        SoundSetups.Classifier.MustSatisfy(VectorizedMatchesLoop.Of(x => x.mul_(2), x => x * 2, Shapes));

    [Fact]
    public void A_squeeze_without_a_dimension_is_seen_where_a_size_is_1()
    {
        Verdict verdict = Broken(WrongRowMeans.Squeezed, "it is right for all other sizes, and wrong where `time` is 1", "TG6003");
        Assert.Equal("with batch = 3, time = 1, where it has the shape [4] and the loop's [1, 4]", verdict.Findings.Claims[0].Worst.Culprit);
    }

    [Fact]
    public void A_sum_for_a_mean_is_named_by_its_size() => Broken(WrongRowMeans.Summed, "a sum over `batch` where the loop takes the mean", "TG6004");

    [Fact]
    public void A_mean_for_a_sum_is_named_by_its_size()
    {
        Verdict verdict = SoundSetups.Classifier.Judge(VectorizedMatchesLoop.Of(RowMeans.Vectorized, x => RowMeans.Looped(x) * x.shape[0], Shapes));
        Assert.Contains("a mean over `batch` where the loop takes the sum", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Dimensions_in_another_order_are_told() => Broken(WrongRowMeans.Transposed, "[4, 5] is [5, 4] permuted", "TG6001");

    [Fact]
    public void A_view_for_a_permute_is_told()
    {
        Verdict verdict = Broken(WrongRowMeans.Viewed, "the same numbers at other places", "TG6001");
        Assert.StartsWith("WrongRowMeans.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reduction_over_too_much_is_told() => Broken(WrongRowMeans.OverAll, "the same along dimension 0", "TG6004");

    [Fact]
    public void A_sign_is_told() => Broken(WrongRowMeans.Negated, "it is −1 times the loop's everywhere", rule: null);

    [Fact]
    public void What_throws_is_broken()
    {
        Verdict verdict = Broken(WrongRowMeans.Throws, "it throws (", rule: null);
        Assert.Contains("where it throws", verdict.Findings.Claims[0].Worst.Culprit, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_element_that_differs_is_named()
    {
        Verdict verdict = SoundSetups.Classifier.Judge(VectorizedMatchesLoop.Of(WrongRowMeans.FirstLeftOut, RowMeans.Looped, Shapes));
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("first at [0, 0]: ", verdict.Findings.Claims[0].Readings[0].Culprit, StringComparison.Ordinal);
        Assert.Empty(verdict.Findings.Causes);
    }

    [Fact]
    public void NaN_differs_from_a_number() =>
        Assert.Equal(Outcome.Broken, SoundSetups.Classifier.Judge(VectorizedMatchesLoop.Of(x => x.mean([0L]) * double.NaN, RowMeans.Looped, Shapes)).Outcome);

    [Fact]
    public void A_loop_that_gives_zeros_proves_nothing() =>
        Assert.Equal(Outcome.Inconclusive, SoundSetups.Classifier.Judge(VectorizedMatchesLoop.Of(x => x * 0, x => x * 0, Shapes)).Outcome);

    [Fact]
    public void A_loop_that_throws_is_the_users() => Assert.Throws<InvalidOperationException>(() =>
        SoundSetups.Classifier.Judge(new VectorizedMatchesLoop(x => x, _ => throw new InvalidOperationException(), Shapes)));

    [Theory]
    [InlineData("batch, 0")]
    [InlineData("batch time")]
    [InlineData("a, b, c, d, e, f, g, h")]
    public void Shapes_that_cannot_be_read_are_refused(string shapes) => Assert.Throws<ArgumentException>(() => new VectorizedMatchesLoop(x => x, x => x, shapes));

    private static Verdict Broken(Func<Tensor, Tensor> vectorized, string because, string? rule)
    {
        Verdict verdict = SoundSetups.Classifier.Judge(VectorizedMatchesLoop.Of(vectorized, RowMeans.Looped, Shapes));
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes.Count > 0 && verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal("Vectorized", verdict.Findings.Where!.Module);
        return verdict;
    }
}

using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class InputsAreScaledTests
{
    private static readonly InputsAreScaled Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => DataSets.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        Assert.True(verdict.Outcome is Outcome.Holds || (verdict.Outcome is Outcome.NotApplicable && verdict.Reason!.StartsWith("the inputs are integers", StringComparison.Ordinal)), verdict.ToString());
        Assert.Equal(0, verdict.Cost.Forwards);
    }

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_data(string name, int seed) =>
        DataSets.Named(name, seed).Judge(Check).MustBe(name == "tokens" ? Outcome.NotApplicable : Outcome.Holds);

    [Theory]
    [InlineData("channels last"), InlineData("digits of mostly zeros")]
    public void Bytes_that_are_not_scaled_are_told(string name) => Broken(Changed(name, x => (x * 255).round()), "bytes that are not scaled");

    [Theory]
    [InlineData("channels last"), InlineData("digits of mostly zeros")]
    public void A_second_division_is_told(string name) => Broken(Changed(name, x => x / 255), "they were divided by 255 twice");

    [Fact]
    public void A_column_in_units_of_its_own_is_named()
    {
        Verdict verdict = Broken(Changed("blobs", x => cat([x.narrow(1, 0, 7), (x.narrow(1, 7, 1) * 8000) + 40_000], 1)), "in column 7 of input the mean is");
        Assert.Equal("in column 7 of input", verdict.Findings.Claims[2].Worst.Culprit);
    }

    [Fact]
    public void A_year_is_far_from_zero() => Broken(Changed("blobs", x => cat([x.narrow(1, 0, 7), x.narrow(1, 7, 1) + 2015], 1)), "it is not standardised");

    [Fact]
    public void Outliers_are_told() => Broken(
        DataSets.Seeded(() => DataSets.Classes(count => (randn(count, 8).index_put_(1e5, tensor(new long[] { 5 }), tensor(new long[] { 7 })), randint(2, [count])), 8, 2)), "of these away: outliers");

    [Fact]
    public void Missing_values_are_named_by_their_column() =>
        Broken(Changed("blobs", x => cat([x.narrow(1, 0, 3), x.narrow(1, 3, 1).index_fill(0, arange(5), double.NaN), x.narrow(1, 4, 4)], 1)), "numbers are NaN or infinite, 95 of them in column 3 of input");

    [Fact]
    public void Inputs_that_were_not_read_are_told() => Broken(Changed("blobs", x => x * 0), "all numbers are 0: the examples were not read");

    [Fact]
    public void A_constant_column_is_noted() =>
        Assert.Equal(["constant: column 5 of input is 7"], DataSets.Named("table with a constant column", 0).MustSatisfy(Check).Findings.Notes);

    [Fact]
    public void A_model_that_scales_by_itself_holds()
    {
        Setup bytes = Changed("standardised images", x => ((x * 0.29) + 0.5) * 255);
        foreach (Func<nn.Module<Tensor, Tensor>> scale in new Func<nn.Module<Tensor, Tensor>>[] { () => new DividesBy(255), () => nn.BatchNorm2d(3) })
        {
            Verdict verdict = (bytes with { Model = () => nn.Sequential(scale(), nn.Flatten(), nn.Linear(75, 3)) }).MustSatisfy(Check);
            Assert.Equal(["the model scales its inputs: what enters `2` is judged"], verdict.Findings.Notes);
        }
    }

    [Fact]
    public void One_of_several_inputs_is_named()
    {
        Setup sound = SoundSetups.TwoInputs;
        Verdict verdict = Broken(sound with { Batch = () => sound.Batch!() is var batch ? new((batch.Inputs[0], batch.Inputs[1] * 300), batch.Targets) : batch }, "of input 1");
        Assert.EndsWith("of input 1", verdict.Findings.Claims[2].Worst.Culprit, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_examples_are_inconclusive()
    {
        (Tensor x, Tensor y) = SampleData.Held(() => SampleData.Blobs(8, 8, 4));
        Assert.Contains("examples read = 8", (SoundSetups.Classifier with { Batch = () => (x, y) }).Judge(Check).Reason, StringComparison.Ordinal);
    }

    private static Setup Changed(string name, Func<Tensor, Tensor> change) => DataSets.WithInputs(DataSets.Named(name, 0), change);

    private static Verdict Broken(Setup setup, string because)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }

    private sealed class DividesBy(double divisor) : nn.Module<Tensor, Tensor>("divides")
    {
        public override Tensor forward(Tensor x) => x / divisor;
    }
}

using SeededFailures.Measuring;
using SeededFailures.Results;
using SeededFailures.Sources;
using TrainingGuards;

namespace SeededFailures.Tests;

[Collection(OneAtATime.Name)]
public class ChecksTests
{
    public static TheoryData<string, string, string> Found => FastSubset.ByChecks;

    // The others take longer; the whole benchmark has them.
    public static TheoryData<string> Programs => ["RegressionNet", "DenseAutoencoder", "FineTunedDigits"];

    [Theory, MemberData(nameof(Programs))]
    public void No_check_is_broken_by_a_sound_program(string program)
    {
        Result result = Measure.Part(Mutant.Sound(TrainingProgram.Named(program)), Result.Tests, 1);
        Assert.Null(result.Problem);
        Assert.Empty(result.Runs![0].Broken);
        Assert.Empty(result.Runs[0].Unsure);
    }

    [Theory, MemberData(nameof(Found))]
    public void What_a_check_found_it_finds(string failure, string program, string check)
    {
        TrainingProgram sound = TrainingProgram.Named(program);
        using var mutant = new LoadedProgram(sound, ProgramCompiler.Compile(Mutant.Of(sound, Catalog.Named(failure))!));
        TorchSharp.torch.set_grad_enabled(true);
        Verdict verdict = mutant.Guarded(0).Judge(Suites.Of(sound).Single(one => one.Name == check));
        Assert.Equal(Outcome.Broken, verdict.Outcome);
    }
}

using SeededFailures.Results;
using SeededFailures.Sources;

namespace SeededFailures.Tests;

public class RulesTests
{
    public static TheoryData<string, string, string> Found => FastSubset.ByRules;

    public static TheoryData<string> Programs => [.. TrainingProgram.All.Select(program => program.Name)];

    [Theory, MemberData(nameof(Programs))]
    public void No_rule_reports_a_sound_program(string program)
    {
        Result result = Measuring.Measure.Part(Mutant.Sound(TrainingProgram.Named(program)), Result.Typed, 1);
        Assert.Null(result.Problem);
        Assert.Empty(result.Warnings!);
    }

    [Theory, MemberData(nameof(Found))]
    public void What_a_rule_found_it_finds(string failure, string program, string rule)
    {
        Result result = Measuring.Measure.Part(Mutant.Of(TrainingProgram.Named(program), Catalog.Named(failure))!, Result.Typed, 1);
        Assert.Null(result.Problem);
        Assert.Contains(rule, result.Warnings!.Select(warning => warning.Rule));
    }
}

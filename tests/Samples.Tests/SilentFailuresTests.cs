extern alias planted;

using planted::DigitClassifier.Analysis;
using TrainingGuards.Documents;

namespace Samples.Tests;

public sealed class SilentFailuresTests
{
    [Fact]
    public void Each_failure_is_caught_by_its_rule_and_by_a_check_that_names_it_first()
    {
        using var recording = new Recording();
        Assert.True(planted::SilentFailures.Program.Run([], recording.Console, recording.Errors) == 0, recording.Text + recording.Errors);
    }

    [Fact]
    public void The_rules_warn_where_a_failure_is_planted_and_nowhere_else()
    {
        IEnumerable<string> marked = Directory.EnumerateFiles(Repository.PathOf("samples/SilentFailures"), "*.cs").SelectMany(file => File.ReadLines(file)
            .Select((line, i) => (line, Number: i + 1))
            .Where(at => at.line.Contains("// planted: ", StringComparison.Ordinal))
            .Select(at => $"{Path.GetFileName(file)}:{at.Number} {at.line.Split("// planted: ")[1]}"));
        IEnumerable<string> warned = AnalysisLog.OfThisProgram().Warnings.Select(warning => $"{warning.File}:{warning.Line} {warning.Rule}");
        Assert.Equal(marked.Order(StringComparer.Ordinal), warned.Order(StringComparer.Ordinal));
    }
}

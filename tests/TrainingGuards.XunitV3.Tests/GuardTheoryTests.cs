using System.Text;
using System.Xml.Linq;

namespace TrainingGuards.XunitV3.Tests;

public sealed class GuardTheoryTests(GuardTheoryTests.Ran ran) : IClassFixture<GuardTheoryTests.Ran>
{
    [Fact]
    public void A_check_that_holds_passes_and_says_what_it_measured()
    {
        XElement test = Of("LineGuards.Holds(check: ExamplesAreIsolated", "Pass");
        Assert.StartsWith("ExamplesAreIsolated holds\n  Claim:     No example in a batch influences", test.Element("output")!.Value.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_check_fails_with_its_verdict()
    {
        XElement test = Of("LineGuards.Holds(check: GradientDescends", "Fail");
        Assert.Contains("GradientDescends is broken", Message(test), StringComparison.Ordinal);
        Assert.Contains("GradientDescends is broken", test.Element("output")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ExamplesAreIsolated", "Pass")]
    [InlineData("GradientDescends", "Fail")]
    public void The_report_of_a_check_is_attached(string check, string result)
    {
        XElement attachment = Assert.Single(Of($"LineGuards.Holds(check: {check}", result).Descendants("attachment"));
        Assert.Equal($"{check}.html", (string)attachment.Attribute("name")!);
        Assert.Equal("text/html", (string)attachment.Attribute("media-type")!);
        Assert.StartsWith("<!doctype html>", Encoding.UTF8.GetString(Convert.FromBase64String(attachment.Value)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_check_that_cannot_tell_fails_in_other_words()
    {
        string message = Message(Of("LineGuards.Holds(check: LossDoesNotSpike(steps: 5)", "Fail"));
        Assert.Contains("LossDoesNotSpike(steps: 5) is inconclusive", message, StringComparison.Ordinal);
        Assert.DoesNotContain("is broken", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_does_not_apply_is_skipped_with_its_reason() =>
        Assert.StartsWith("FrozenStaysFrozen does not apply: ", Of("LineGuards.Holds(check: FrozenStaysFrozen", "Skip").Element("reason")!.Value, StringComparison.Ordinal);

    [Fact]
    public void An_excused_check_is_skipped_with_its_reason() =>
        Assert.Contains("excused, it is a line", Of("LineGuards.Holds(check: OneBatchOverfits (excused)", "Skip").Element("reason")!.Value, StringComparison.Ordinal);

    [Fact]
    public void A_theory_that_is_skipped_is_one_test() => Assert.Equal("not today", Of("LineGuards.Skipped", "Skip").Element("reason")!.Value);

    [Fact]
    public void Every_row_is_one_test() => Assert.Equal(6, ran.Run.Tests.Count);

    [Fact]
    public async Task Each_check_is_a_test_case_that_runs_by_itself()
    {
        string[] cases = (await Run.Start("-list", "full")).ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(5, cases.Count(line => line.Contains("LineGuards.Holds(check: ", StringComparison.Ordinal)));
    }

    private XElement Of(string name, string result)
    {
        XElement test = ran.Run.Named(name);
        Assert.True((string)test.Attribute("result")! == result, $"{test}\n{ran.Run.Log}");
        return test;
    }

    private static string Message(XElement test) => test.Element("failure")!.Element("message")!.Value;

    public sealed class Ran : IAsyncLifetime
    {
        internal Run Run { get; private set; } = null!;

        public async Task InitializeAsync() => Run = await Run.Of();

        public Task DisposeAsync() => Task.CompletedTask;
    }
}

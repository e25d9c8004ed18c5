using System.Text;

namespace TrainingGuards.Xunit;

/// <summary>Guards in a test of xunit v3, which knows its output and whether it is cancelled.</summary>
public static class TestOutput
{
    /// <summary>Puts the setup to a check, writes into the output of the test that runs how far it is where it takes longer than two seconds, and the verdict, also where it passes, and attaches its <see cref="Report"/> as a page; throws unless its claim holds.</summary>
    /// <remarks>With <c>using TrainingGuards.Xunit</c> beside <c>using TrainingGuards</c> the compiler prefers this to the method of the same name that has an optional parameter.</remarks>
    /// <exception cref="GuardException">The claim is broken, or the check could not tell; the message is the verdict.</exception>
    /// <exception cref="NotApplicableException">The claim does not concern the setup.</exception>
    /// <exception cref="SetupException">The setup cannot be built as it was given, or lacks what the check needs.</exception>
    public static Verdict MustSatisfy(this Setup setup, Check check)
    {
        ITestContext test = TestContext.Current;
        ITestOutputHelper? output = test.TestOutputHelper;
        Verdict verdict = setup.Judge(check, new ProgressLines(line => output?.WriteLine(line)), test.CancellationToken);
        output?.WriteLine(verdict.ToString());
        if (verdict.Outcome != Outcome.NotApplicable && test.Test is not null) test.AddAttachment($"{verdict.Check.Name}.html", Encoding.UTF8.GetBytes(Report.Of([verdict], verdict.Check.Name).ToHtml()), "text/html");
        return verdict.MustHold();
    }
}

namespace TrainingGuards.Xunit;

/// <summary>Guards that write into the output of the test: how far they are where they take longer than two seconds, and what they measured, also where they pass.</summary>
public static class GuardOutput
{
    /// <summary>Puts the setup to a check, writes the verdict, and throws unless its claim holds.</summary>
    /// <exception cref="GuardException">The claim is broken, or the check could not tell; the message is the verdict.</exception>
    /// <exception cref="NotApplicableException">The claim does not concern the setup.</exception>
    /// <exception cref="SetupException">The setup cannot be built as it was given, or lacks what the check needs.</exception>
    public static Verdict MustSatisfy(this Setup setup, Check check, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Verdict verdict = setup.Judge(check, new ProgressLines(output.WriteLine));
        output.WriteLine(verdict.ToString());
        return verdict.MustHold();
    }
}

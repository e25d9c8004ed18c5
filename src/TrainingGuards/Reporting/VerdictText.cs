using System.Text;

namespace TrainingGuards.Reporting;

/// <summary>A verdict as text: the same facts in the same order, wherever it is read.</summary>
internal static class VerdictText
{
    private const int Width = 11;

    public static string Of(Verdict verdict)
    {
        Findings findings = verdict.Findings;
        var text = new StringBuilder().Append(verdict.Check).Append(' ').Append(Word(verdict.Outcome));
        void Fact(string label, string fact) => text.Append('\n').Append("  ").Append((label + ":").PadRight(Width)).Append(fact);
        void Facts(string label, IEnumerable<string> facts)
        {
            foreach (string fact in facts) Fact(label, fact);
        }

        Fact("Claim", verdict.Check.Claim);
        if (verdict.Reason is { } reason) Fact("Because", string.Join("\n" + new string(' ', Width + 2), reason.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())));
        foreach (Measurement claim in findings.Claims.Where(claim => verdict.Outcome != Outcome.Broken || claim.Outside > 0))
        {
            Fact("Measured", claim.ToString());
            Fact("Expected", claim.Expected.ToString());
        }
        Facts("Curve", findings.Curves.Select(Sparkline.Of));
        if (verdict.Outcome == Outcome.Broken)
        {
            if (findings.Where is { } where) Fact("Where", where.ToString());
            if (findings.Causes.Count == 0) Fact("Because", "cause not determined");
            Facts("Because", findings.Causes.Select(cause => cause.ToString()));
            Facts("Ruled out", findings.RuledOut);
            Facts("Do", findings.Causes.Select(cause => cause.Remedy).Distinct());
        }
        Facts("Note", findings.Notes);
        Fact("Setup", verdict.Setup);
        Fact("Cost", verdict.Cost.ToString());
        return text.ToString();
    }

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Holds => "holds",
        Outcome.Broken => "is broken",
        Outcome.Inconclusive => "is inconclusive",
        Outcome.Crashed => "did not run to its end",
        _ => "does not apply",
    };
}

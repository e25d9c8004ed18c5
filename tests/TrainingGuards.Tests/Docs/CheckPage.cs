using TrainingGuards.Tests.Models;

namespace TrainingGuards.Tests.Docs;

/// <summary>A check's page: a header and a failure that are generated, and the sections around them.</summary>
internal static class CheckPage
{
    private const string Failure = "What failure looks like";

    /// <summary>The sections that each page has, in this order; others may stand between them.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["Formula and threshold", "Use", Failure, "What it cannot see"];

    public static Page Of(Check check) => new($"docs/checks/{check.Name}.md");

    /// <summary>The page as it must be: header and failure follow from the check, all else is as it stands.</summary>
    public static string Expected(Check check)
    {
        // What concerns sequences alone says nothing of a classifier.
        (Verdict verdict, string kind) = (SoundSetups.Classifier.Judge(check), "classifier");
        if (verdict.Outcome == Outcome.NotApplicable && SoundSetups.CausalTransformer.Judge(check) is { Outcome: Outcome.Holds } sequences) (verdict, kind) = (sequences, "language model");
        string header = $"""
            # {check.Name}

            {check.Claim}

            | suite | cost on a sound {kind} |
            | --- | --- |
            | {AllChecks.Suite(check)} | {verdict.Cost} |

            """;
        return Page.WithBlock(Of(check).With(header, Sections), Failure, PlantedFailures.Message(check));
    }
}

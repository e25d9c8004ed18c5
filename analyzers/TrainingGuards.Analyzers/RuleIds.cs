namespace TrainingGuards.Analyzers;

/// <summary>The id of every rule, by its name. The first digit is the family, which is also the folder.</summary>
internal static class RuleIds
{
    // Gradients
    public const string LossClipping = "TG1005";

    // Shapes
    public const string ViewInsteadOfPermute = "TG6001";
}

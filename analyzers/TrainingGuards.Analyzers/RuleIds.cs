namespace TrainingGuards.Analyzers;

/// <summary>The id of every rule, by its name. The first digit is the family, which is also the folder.</summary>
internal static class RuleIds
{
    // Gradients
    public const string LossClipping = "TG1005";

    // Mode and scope
    public const string MissingEvalMode = "TG2001";

    // Modules
    public const string MissingRegisterComponents = "TG3002";
    public const string AssignedAfterRegistration = "TG3003";
    public const string OutputActivation = "TG3007";

    // Shapes and numerics
    public const string ViewInsteadOfPermute = "TG6001";
}

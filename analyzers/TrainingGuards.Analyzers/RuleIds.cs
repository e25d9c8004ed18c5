namespace TrainingGuards.Analyzers;

/// <summary>The id of every rule, by its name. The first digit is the family, which is also the folder.</summary>
internal static class RuleIds
{
    // Gradients
    public const string MissingZeroGrad = "TG1001";
    public const string OptimizerCallsOutOfOrder = "TG1002";
    public const string OptimizerRebuiltInLoop = "TG1003";
    public const string LossCutFromGraph = "TG1004";
    public const string LossClipping = "TG1005";
    public const string ClippingWithoutEffect = "TG1006";
    public const string LossAccumulatedWithGraph = "TG1007";
    public const string StaleOptimizerParameters = "TG1008";
    public const string UnscaledAccumulation = "TG1009";
    public const string ParameterCopyRecorded = "TG1010";
    public const string ModuleWithoutOptimizer = "TG1011";
    public const string ParameterInTwoGroups = "TG1012";

    // Mode and scope
    public const string MissingEvalMode = "TG2001";

    // Modules
    public const string OutputActivation = "TG3007";

    // Shapes and numerics
    public const string ViewInsteadOfPermute = "TG6001";
}

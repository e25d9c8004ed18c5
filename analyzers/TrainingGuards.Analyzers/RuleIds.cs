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
    public const string MissingTrainMode = "TG2002";
    public const string UndisposedGradMode = "TG2003";
    public const string AwaitInThreadBoundScope = "TG2004";
    public const string DropoutIgnoresMode = "TG2005";

    // Modules
    public const string UnregisteredModuleCollection = "TG3001";
    public const string MissingRegisterComponents = "TG3002";
    public const string AssignedAfterRegistration = "TG3003";
    public const string TensorInsteadOfParameter = "TG3004";
    public const string HiddenBaseField = "TG3005";
    public const string LayerBuiltInForward = "TG3006";
    public const string OutputActivation = "TG3007";
    public const string MissingOrDoubledNonlinearity = "TG3008";
    public const string SymmetricInitialization = "TG3009";
    public const string RedundantBias = "TG3010";
    public const string UnusedLayer = "TG3011";
    public const string ForwardInsteadOfCall = "TG3012";
    public const string MissingBias = "TG3013";
    public const string EvenKernel = "TG3014";

    // Loss contract
    public const string SoftmaxBeforeCrossEntropy = "TG4001";
    public const string LossWithoutLogProbabilities = "TG4002";
    public const string SigmoidContract = "TG4003";
    public const string KlTargetDefault = "TG4004";

    // Shapes and numerics
    public const string ViewInsteadOfPermute = "TG6001";

    // Checkpoints and versions
    public const string BestWeightsByReference = "TG7001";
    public const string UncheckedPartialLoad = "TG7002";
    public const string SwallowedLoadFailure = "TG7003";
    public const string OptimizerStateNotSaved = "TG7004";
    public const string KnownTorchSharpDefect = "TG7005";
}

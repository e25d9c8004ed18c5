namespace TrainingGuards.Analyzers;

/// <summary>The id of every rule, by its name. The first digit is the family, which is also the folder.</summary>
internal static class RuleIds
{
    // Options
    public const string InvalidOption = "TG0001";

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
    public const string EvaluationRecordsGradients = "TG2006";
    public const string ModeUnknownAfterLoad = "TG2007";
    public const string TensorsOutliveStep = "TG2008";

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
    public const string TargetIsInput = "TG4005";
    public const string BroadcastLoss = "TG4006";
    public const string SwappedLossArguments = "TG4007";
    public const string SumInsteadOfMean = "TG4008";

    // Data and randomness
    public const string UnshuffledTrainingData = "TG5001";
    public const string RepeatedShuffleOrder = "TG5002";
    public const string UnusedTransform = "TG5003";
    public const string EvaluationOnTrainingData = "TG5004";
    public const string ReseededInLoop = "TG5005";
    public const string MissingSeed = "TG5006";
    public const string SharedRandomInWorkers = "TG5007";
    public const string AugmentedEvaluation = "TG5008";

    // Shapes and numerics
    public const string ViewInsteadOfPermute = "TG6001";
    public const string BatchMergedIntoFeatures = "TG6002";
    public const string SqueezeWithoutDimension = "TG6003";
    public const string WrongAxisReduction = "TG6004";
    public const string DiscardedTensorResult = "TG6005";
    public const string IntegerDivisionInMetric = "TG6006";
    public const string ShapeReferenceComparison = "TG6007";
    public const string NanComparison = "TG6008";
    public const string UnstableComposition = "TG6009";
    public const string BatchFirstAssumed = "TG6010";

    // Checkpoints and versions
    public const string BestWeightsByReference = "TG7001";
    public const string UncheckedPartialLoad = "TG7002";
    public const string SwallowedLoadFailure = "TG7003";
    public const string OptimizerStateNotSaved = "TG7004";
    public const string KnownTorchSharpDefect = "TG7005";
    public const string UntrainedWeightsRestored = "TG7006";

    // Schedule
    public const string SchedulerNeverStepped = "TG8001";
    public const string SchedulerBeforeOptimizer = "TG8002";
    public const string ScheduleGranularity = "TG8003";
    public const string SchedulerArgumentMisread = "TG8004";
    public const string PlateauModeMismatch = "TG8005";
    public const string UnlikelyHyperparameter = "TG8006";
}

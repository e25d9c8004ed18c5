using TrainingGuards.Checks.Data;
using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Checks.Dynamics.Saboteurs;
using TrainingGuards.Tests.Checks.Dynamics;
using TrainingGuards.Tests.Checks.Evaluation.Saboteurs;
using TrainingGuards.Tests.Checks.Fit;
using TrainingGuards.Tests.Checks.Fit.Saboteurs;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Docs;

/// <summary>For each check the setup whose failure its page shows.</summary>
internal static class PlantedFailures
{
    private static readonly Setup SoftmaxTwice = Clusters.Classifier() with { Model = () => Clusters.Network(10, nn.Softmax(-1)) };

    private static readonly Dictionary<string, Setup> Setups = new()
    {
        ["AccumulationMatchesFullBatch"] = OwnStep.Accumulates(3, 1),
        ["ActivationsAreNotSaturated"] = ActivationsAreNotSaturatedTests.Unscaled,
        ["AugmentationIsDiverse"] = Augmented.Setup(Augmented.Mirrored, ImageData.Noise),
        ["BatchSizeDoesNotMatter"] = BatchDependent.Setup(() => new CentresBatch()),
        ["BatchesAreShuffled"] = Unshuffled.Setup,
        ["BeatsBaselines"] = SoundExamples.Classifier() with { Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-9) },
        ["CheckpointRoundTrips"] = Unsaved.Setup(() => new Unsaved.Replaced()),
        ["ClippingIsRare"] = ClippingIsRareTests.ClippedTo(0.001),
        ["ComponentsAreRegistered"] = Unregistered.Setup(() => new LayersInList()),
        ["EnoughExamples"] = Scarce.Class,
        ["EvaluationCoversEverything"] = Coverage.LastBatchAlone,
        ["EvaluationIsRepeatable"] = EvaluateInTrainingMode.Setup,
        ["EveryParameterLearns"] = OptimizerWithoutTrunk.Setup,
        ["ExamplesAreIsolated"] = Mixer.Setup(() => new MeanOverTime()) with { Model = () => new Scrambled() },
        ["ExamplesAreUnique"] = DataSets.Repeated(DataSets.Named("blobs", 0)),
        ["FinalBiasMatchesPrior"] = BiasedHead.Classes([80, 12, 5, 3], BiasedHead.Log(0.03, 0.05, 0.12, 0.8)),
        ["FrozenStaysFrozen"] = Thawed.Setup(optimizer: parameters => optim.AdamW(parameters, lr: 1e-2, weight_decay: 0.1), warm: true),
        ["FrozenWeightsAreNotRandom"] = HeadFrozenToo.Setup,
        ["GradientDescends"] = SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1, maximize: true) },
        ["GradientsAreFresh"] = OwnStep.NeverZeroes,
        ["GradientsMatchFiniteDifferences"] = SoundSetups.Classifier with { Model = () => new OwnGradients(new WrongCubes()), Evaluate = null },
        ["GradientsNeitherVanishNorExplode"] = GradientsNeitherVanishNorExplodeTests.Sigmoids(12),
        ["InitialLossIsExpected"] = SoftmaxTwice,
        ["InitialOutputIgnoresLabels"] = KnowsLabels.Setup(4),
        ["InitialPredictionsAreUncertain"] = NormalWeights.Setup,
        ["InputMatters"] = Deaf.Setup(() => new TimesZero()),
        ["InputsAreScaled"] = DataSets.WithInputs(DataSets.Named("channels last", 0), image => (image * 255).round()),
        ["InputsMatchLabels"] = ShuffledApart.Setup(),
        ["LabelsAgreeWithNeighbours"] = WrongLabels.InPart(0.4),
        ["LabelsAreBalanced"] = DataSets.WithTargets(DataSets.Named("blobs", 0), classes => classes.masked_fill(classes.eq(2), 1)),
        ["LearningRateIsInRange"] = SoundSetups.Regressor with { Optimizer = parameters => optim.Adam(parameters, lr: 10) },
        ["LossDoesNotSpike"] = LossDoesNotSpikeTests.Leaping,
        ["LossIsMeanOverExamples"] = BroadcastLoss.Setup,
        ["LossTermsAreComparable"] = LossInTerms.Setup((output, target) => 50 * nn.functional.mse_loss(output, target, nn.Reduction.Sum)),
        ["MemoryIsFlat"] = Hoarder.Setup(),
        ["NormalizationHasEnoughValues"] = NormOfVectors.Setup(oneByOne: true),
        ["OneBatchOverfits"] = SoftmaxTwice,
        ["PaddingIsIgnored"] = Padded.Setup(() => new AttendsToPadding()),
        ["PredictionsSettle"] = PredictionsSettleTests.TooFast,
        ["PreprocessingMatches"] = DataSets.WithInputs(DataSets.Named("standardised images", 0), image => (image * 0.29) + 0.5),
        ["RegularizationRaisesLoss"] = SoundSetups.Classifier with { Penalty = Penalty.Negative },
        ["ReluUnitsFire"] = LowBias.Setup,
        ["SeedReproduces"] = SoundSetups.Classifier with { Model = () => Reseeds.New(toTheStart: true), Evaluate = null },
        ["ShuffledLabelsAreNotLearned"] = OwnLabels.Setup(alone: true),
        ["SignalPropagates"] = DeepNet.Setup(8, weight => nn.init.normal_(weight)),
        ["SplitsAreDisjoint"] = DataSets.Leaking(DataSets.Named("blobs", 0)),
        ["SplitsShareClasses"] = SplitByClass.Cut,
        ["StaysFinite"] = LogOfRelu.Setup,
        ["StepsAreAccountedFor"] = StepsAreAccountedForTests.WithoutTheLastBatch,
        ["TargetsAreShifted"] = Shifted.Setup(data: 1, loss: 1),
        ["TargetsAreValid"] = DataSets.WithTargets(DataSets.Named("blobs", 0), classes => classes + 1),
        ["TimeIsCausal"] = Reader.Setup(() => new HidesOneTooFew()),
        ["TrainEvalGap"] = WrongStatistics.Setup(momentum: 0),
        ["TrainingIsFinished"] = TrainingIsFinishedTests.Slow,
        ["TrainingLossFalls"] = SoundSetups.Classifier with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-8), Evaluate = null },
        ["UpdatesAreProportionate"] = UpdatesAreProportionateTests.WithRate(3),
        ["WeightsAreAsymmetric"] = ConstantWeights.Setup,
        ["WeightsStayHealthy"] = WeightsStayHealthyTests.Decaying,
    };

    // Checks of what they are given themselves, with something broken.
    private static readonly Dictionary<string, (Setup Setup, Check Check)> Checks = new()
    {
        ["AugmentationKeepsLabels"] = (Masked.Setup, new AugmentationKeepsLabels(Masked.ImageAlone, Masked.Drawing)),
        ["LearningRateLastsThrough"] = (LearningRateLastsThroughTests.CosineInEpochs, new LearningRateLastsThrough(epochs: 70)),
        ["TrainingIsLongEnough"] = (TrainingIsLongEnoughTests.RateOfAnother, new TrainingIsLongEnough(totalSteps: 150)),
        ["TrainingResumes"] = (SoundSetups.Classifier with { Device = CPU }, new TrainingResumes(TrainingFiles.Save, TrainingFiles.LoadWithoutOptimizer)),
        ["CapacityHelps"] = (SumsOverWidth.Setup, new CapacityHelps(width => new SumsOverWidth(width))),
        ["VectorizedMatchesLoop"] = (SoundSetups.Classifier, VectorizedMatchesLoop.Of(WrongRowMeans.Viewed, RowMeans.Looped, "batch, time, 4")),
    };

    /// <summary>What the check says of its planted failure.</summary>
    public static string Message(Check check)
    {
        if (Checks.TryGetValue(check.Name, out (Setup Setup, Check Check) planted)) return Assert.Throws<GuardException>(() => planted.Setup.MustSatisfy(planted.Check)).Message;
        Assert.True(Setups.TryGetValue(check.Name, out Setup? setup), $"{check.Name} has no planted failure. Add a setup that breaks it to {nameof(PlantedFailures)}.");
        return Assert.Throws<GuardException>(() => setup.MustSatisfy(check)).Message;
    }
}

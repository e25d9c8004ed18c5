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
        ["ComponentsAreRegistered"] = Unregistered.Setup(() => new LayersInList()),
        ["EvaluationIsRepeatable"] = EvaluateInTrainingMode.Setup,
        ["EveryParameterLearns"] = OptimizerWithoutTrunk.Setup,
        ["ExamplesAreIsolated"] = Mixer.Setup(() => new MeanOverTime()) with { Model = () => new Scrambled() },
        ["ExamplesAreUnique"] = DataSets.Repeated(DataSets.Named("blobs", 0)),
        ["FrozenStaysFrozen"] = Thawed.Setup(optimizer: parameters => optim.AdamW(parameters, lr: 1e-2, weight_decay: 0.1), warm: true),
        ["InitialLossIsExpected"] = SoftmaxTwice,
        ["InitialPredictionsAreUncertain"] = NormalWeights.Setup,
        ["InputsAreScaled"] = DataSets.WithInputs(DataSets.Named("channels last", 0), image => (image * 255).round()),
        ["LabelsAreBalanced"] = DataSets.WithTargets(DataSets.Named("blobs", 0), classes => classes.masked_fill(classes.eq(2), 1)),
        ["NormalizationHasEnoughValues"] = NormOfVectors.Setup(oneByOne: true),
        ["OneBatchOverfits"] = SoftmaxTwice,
        ["PreprocessingMatches"] = DataSets.WithInputs(DataSets.Named("standardised images", 0), image => (image * 0.29) + 0.5),
        ["ReluUnitsFire"] = LowBias.Setup,
        ["SeedReproduces"] = SoundSetups.Classifier with { Model = () => Reseeds.New(toTheStart: true), Evaluate = null },
        ["SignalPropagates"] = DeepNet.Setup(8, weight => nn.init.normal_(weight)),
        ["SplitsAreDisjoint"] = DataSets.Leaking(DataSets.Named("blobs", 0)),
        ["TargetsAreValid"] = DataSets.WithTargets(DataSets.Named("blobs", 0), classes => classes + 1),
        ["WeightsAreAsymmetric"] = ConstantWeights.Setup,
    };

    /// <summary>What the check says of its planted failure.</summary>
    public static string Message(Check check)
    {
        Assert.True(Setups.TryGetValue(check.Name, out Setup? setup), $"{check.Name} has no planted failure. Add a setup that breaks it to {nameof(PlantedFailures)}.");
        return Assert.Throws<GuardException>(() => setup.MustSatisfy(check)).Message;
    }
}

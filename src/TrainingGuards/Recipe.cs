using System.Collections;
using TrainingGuards.Checks.Data;
using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Init;
using TrainingGuards.Checks.Wiring;

namespace TrainingGuards;

/// <summary>The checks that a sound setup of some kind satisfies, in the order in which a person would make them: the cheap ones first.</summary>
public sealed class Recipe : IReadOnlyList<Check>
{
    private readonly Check[] _checks;

    /// <summary>A recipe of the given checks.</summary>
    public Recipe(params Check[] checks) : this(checks, new Dictionary<string, string>())
    {
    }

    private Recipe(Check[] checks, IReadOnlyDictionary<string, string> excused)
    {
        ArgumentNullException.ThrowIfNull(checks);
        _checks = checks;
        Excused = excused;
    }

    /// <summary>What was left out, by name, and the reason that was given for it.</summary>
    public IReadOnlyDictionary<string, string> Excused { get; }

    /// <summary>What was left out, as checks that do nothing but say so.</summary>
    public IEnumerable<Check> ExcusedChecks => Excused.Select(excuse => new ExcusedCheck(excuse.Key, excuse.Value));

    /// <summary>The number of checks.</summary>
    public int Count => _checks.Length;

    /// <summary>The check at a position, counted from 0.</summary>
    public Check this[int index] => _checks[index];

    /// <summary>A classifier that is trained on class indices.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes.</exception>
    public static Recipe Classifier(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        return new(
        [
            new TargetsAreValid(), new LabelsAreBalanced(), new SplitsShareClasses(), .. OfExamples, new InputsAreScaled(), new PreprocessingMatches(), new InputsMatchLabels(), new LabelsAgreeWithNeighbours(),
            new InitialLossIsExpected(classes), new InitialPredictionsAreUncertain(), new InitialOutputIgnoresLabels(), new FinalBiasMatchesPrior(), .. OfWeights,
            new PaddingIsIgnored(), .. OfModel, .. OfTraining, .. OfFit, .. Watched, .. OfWholeTrainings,
        ]);
    }

    /// <summary>A network that predicts numbers.</summary>
    public static Recipe Regressor() => new(
    [
        new TargetsAreValid(), .. OfExamples, new InputsAreScaled(), new PreprocessingMatches(), new InputsMatchLabels(),
        new InitialLossIsExpected(), new FinalBiasMatchesPrior(), .. OfWeights,
        new PaddingIsIgnored(), .. OfModel, .. OfTraining, .. OfFit, .. Watched, .. OfWholeTrainings,
    ]);

    /// <summary>A network that foretells the next token of a sequence.</summary>
    /// <param name="vocabulary">The number of tokens, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 tokens.</exception>
    public static Recipe LanguageModel(int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 2);
        return new(
        [
            new TargetsAreValid(), new TargetsAreShifted(), .. OfExamples,
            new InitialLossIsExpected(vocabulary), new InitialPredictionsAreUncertain(), new FinalBiasMatchesPrior(), .. OfWeights,
            new TimeIsCausal(), new PaddingIsIgnored(), .. OfModel, .. OfTraining, .. OfFit, .. Watched, .. OfWholeTrainings,
        ]);
    }

    /// <summary>A network that gives back its input.</summary>
    public static Recipe Autoencoder() => new(
    [
        new TargetsAreValid(), .. OfExamples, new InputsAreScaled(), new PreprocessingMatches(), new InputsMatchLabels(),
        new InitialLossIsExpected(), .. OfWeights,
        .. OfModel, .. OfTraining, .. OfFit, .. Watched, .. OfWholeTrainings,
    ]);

    // The cheap ones first, and what makes later ones meaningless before them.
    private static Check[] OfExamples => [new ExamplesAreUnique(), new SplitsAreDisjoint(), new BatchesAreShuffled(), new AugmentationIsDiverse(), new EnoughExamples()];

    private static Check[] OfWeights => [new SignalPropagates(), new WeightsAreAsymmetric(), new ReluUnitsFire(), new RegularizationRaisesLoss()];

    private static Check[] OfModel =>
    [
        new ComponentsAreRegistered(), new NormalizationHasEnoughValues(), new ExamplesAreIsolated(), new BatchSizeDoesNotMatter(), new EvaluationIsRepeatable(),
        new LossIsMeanOverExamples(), new LossTermsAreComparable(), new GradientsMatchFiniteDifferences(), new GradientDescends(),
    ];

    private static Check[] OfTraining =>
    [
        new GradientsAreFresh(), new AccumulationMatchesFullBatch(), new EveryParameterLearns(), new FrozenStaysFrozen(), new FrozenWeightsAreNotRandom(), new SeedReproduces(),
        new LearningRateLastsThrough(), new StepsAreAccountedFor(), new CheckpointRoundTrips(), new EvaluationCoversEverything(),
        new OneBatchOverfits(), new MemoryIsFlat(),
    ];

    private static Check[] OfFit => [new TrainingLossFalls(), new InputMatters(), new LearningRateIsInRange(), new TrainingIsLongEnough(), new TrainEvalGap()];

    // Of dynamics what some steps show.
    private static Check[] Watched =>
    [
        new StaysFinite(), new UpdatesAreProportionate(), new GradientsNeitherVanishNorExplode(), new ActivationsAreNotSaturated(), new WeightsStayHealthy(),
        new LossDoesNotSpike(), new PredictionsSettle(), new ClippingIsRare(),
    ];

    private static Check[] OfWholeTrainings => [new BeatsBaselines(), new ShuffledLabelsAreNotLearned(), new TrainingIsFinished()];

    /// <summary>What a <see cref="TrainingMonitor"/> watches unless it is told otherwise: all there is. A check that is not told what it goes by, as how many examples an epoch has, is not applicable and says so.</summary>
    public static IReadOnlyList<DynamicsCheck> Dynamics { get; } =
    [
        new StaysFinite(), new LossDoesNotSpike(), new UpdatesAreProportionate(), new GradientsNeitherVanishNorExplode(), new ActivationsAreNotSaturated(), new WeightsStayHealthy(),
        new PredictionsSettle(), new LearningRateLastsThrough(), new ClippingIsRare(), new StepsAreAccountedFor(), new TrainingIsFinished(),
    ];

    /// <summary>The checks of some suites: <c>Recipe.Classifier(10).Only(Suite.Preflight)</c>.</summary>
    /// <param name="suites">Which.</param>
    public Recipe Only(params Suite[] suites)
    {
        ArgumentNullException.ThrowIfNull(suites);
        return new([.. _checks.Where(check => suites.Contains(check.Suite))], Excused);
    }

    /// <summary>The recipe with a check of the same name replaced, or with another added.</summary>
    public Recipe With(Check check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return _checks.Any(own => own.Name == check.Name)
            ? new([.. _checks.Select(own => own.Name == check.Name ? check : own)], Excused)
            : new([.. _checks, check], Excused);
    }

    /// <summary>The recipe without a check, for a reason that reports show.</summary>
    /// <typeparam name="T">The check that is left out.</typeparam>
    /// <param name="because">Why the setup need not satisfy it.</param>
    /// <exception cref="ArgumentException">No reason is given, or the recipe has no such check.</exception>
    public Recipe Without<T>(string because) where T : Check => Without(typeof(T).Name, because);

    /// <summary>The recipe without a check, for a reason that reports show.</summary>
    /// <param name="check">The name of the check that is left out.</param>
    /// <param name="because">Why the setup need not satisfy it.</param>
    /// <exception cref="ArgumentException">No reason is given, or the recipe has no such check.</exception>
    public Recipe Without(string check, string because)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        return _checks.Any(own => own.Name == check)
            ? new([.. _checks.Where(own => own.Name != check)], new Dictionary<string, string>(Excused) { [check] = because })
            : throw new ArgumentException($"The recipe has no {check}; it has {string.Join(", ", _checks.Select(own => own.Name))}.", nameof(check));
    }

    /// <summary>The checks in order.</summary>
    public IEnumerator<Check> GetEnumerator() => ((IEnumerable<Check>)_checks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _checks.GetEnumerator();
}

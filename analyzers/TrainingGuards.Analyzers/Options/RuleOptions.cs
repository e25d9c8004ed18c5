using System.Collections.Immutable;

namespace TrainingGuards.Analyzers.Options;

/// <summary>Every option there is.</summary>
internal static class RuleOptions
{
    public static readonly RuleOption<ForwardCalls> ForwardCalls = RuleOption.Choice(
        "forward_calls", nameof(RuleIds.ForwardInsteadOfCall), Options.ForwardCalls.Hooked, "which calls of `forward` are reported: those of modules with a hook, or all");

    public static readonly RuleOption<double> HighLearningRate = RuleOption.Number(
        "high_learning_rate", nameof(RuleIds.UnlikelyHyperparameter), standard: 0.05, low: 0, double.PositiveInfinity, "from which learning rate on Adam and its relatives are reported");

    public static readonly RuleOption<double> HighAdamEpsilon = RuleOption.Number(
        "high_adam_epsilon", nameof(RuleIds.UnlikelyHyperparameter), standard: 0.01, low: 0, double.PositiveInfinity, "from which eps on Adam and its relatives are reported, where the learning rate was not raised with it");

    public static readonly RuleOption<double> HighDropout = RuleOption.Number(
        "high_dropout", nameof(RuleIds.UnlikelyHyperparameter), standard: 0.9, low: 0, high: 1, "from which share of dropped values on a Dropout is reported");

    public static ImmutableArray<RuleOption> All { get; } = ImmutableArray.Create<RuleOption>(ForwardCalls, HighLearningRate, HighAdamEpsilon, HighDropout);
}

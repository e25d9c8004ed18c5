using System.Collections.Immutable;

namespace TrainingGuards.Analyzers.Options;

/// <summary>Every option there is.</summary>
internal static class RuleOptions
{
    public static readonly RuleOption<ForwardCalls> ForwardCalls = RuleOption.Choice(
        "forward_calls", nameof(RuleIds.ForwardInsteadOfCall), Options.ForwardCalls.Hooked, "which calls of `forward` are reported: those of modules with a hook, or all");

    public static ImmutableArray<RuleOption> All { get; } = ImmutableArray.Create<RuleOption>(ForwardCalls);
}

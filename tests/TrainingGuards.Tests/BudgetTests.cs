using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Models;

namespace TrainingGuards.Tests;

/// <summary>A check stops at its budget, and says how far it came.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void Steps_beyond_the_budget_are_not_made()
    {
        Verdict verdict = (SoundSetups.Classifier with { Budget = new(StepEquivalents: 3) }).Judge(new EveryParameterLearns());
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Equal("it needs more than its budget of 3 training-step equivalents; it has spent 3 S", verdict.Reason);
        Assert.Equal(3, verdict.Cost.Steps);
    }

    [Fact]
    public void Time_beyond_the_budget_is_not_taken()
    {
        Verdict verdict = (SoundSetups.Classifier with { Budget = new(Time: TimeSpan.Zero) }).Judge(new OneBatchOverfits());
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.StartsWith("it needs more than its budget of 0 s; after ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_within_its_budget_is_as_it_was() =>
        (SoundSetups.Classifier with { Budget = new(TimeSpan.FromHours(1), 5.5) }).MustSatisfy(new EveryParameterLearns());
}

using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Init;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests;

/// <summary>A recipe runs to its end, whatever a check finds or throws, and says what did not run.</summary>
public sealed class RecipeVerdictTests
{
    private static readonly Recipe Three = new(new InitialLossIsExpected(), new FrozenStaysFrozen(), new EveryParameterLearns(), new OneBatchOverfits());

    [Fact]
    public void All_failures_are_told_at_once()
    {
        Setup setup = SoundSetups.Classifier with { Optimizer = null, Loss = (output, target) => cross_entropy(output, target, reduction: TorchSharp.torch.nn.Reduction.Sum) };
        var seen = new List<string>();
        RecipeVerdict verdict = setup.Judge(Three, one => seen.Add(one.Check.Name));
        Assert.Equal(["InitialLossIsExpected", "FrozenStaysFrozen", "EveryParameterLearns", "OneBatchOverfits"], seen);
        Assert.Equal([Outcome.Broken, Outcome.Crashed, Outcome.Crashed, Outcome.Crashed], verdict.Select(one => one.Outcome));

        GuardException thrown = Assert.Throws<GuardException>(() => setup.MustSatisfy(Three));
        Assert.Equal(verdict.Failures.Count, thrown.Verdicts.Count);
        Assert.Contains("EveryParameterLearns did not run to its end", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Because:   The setup gives no Optimizer, and the check trains.\n             Expected: a delegate", thrown.Message, StringComparison.Ordinal);
        Assert.IsType<SetupException>(thrown.InnerException);
    }

    [Fact]
    public void What_the_users_code_throws_is_a_verdict()
    {
        RecipeVerdict verdict = (SoundSetups.Classifier with { Loss = (_, _) => throw new InvalidOperationException("no such file") }).Judge(Three);
        Assert.Equal(4, verdict.Count);
        Verdict first = verdict[0];
        Assert.Equal(Outcome.Crashed, first.Outcome);
        Assert.Equal("InvalidOperationException: no such file", first.Reason);
        Assert.True(first.Fails);
        Assert.Throws<GuardException>(() => first.MustHold());
    }

    [Fact]
    public void A_pass_says_what_did_not_run_and_what_it_cost()
    {
        RecipeVerdict verdict = SoundSetups.Classifier.MustSatisfy(Three.Without<OneBatchOverfits>("it takes too long here"));
        string[] lines = verdict.ToString().Split('\n');
        Assert.StartsWith("3 checks: 2 hold, 1 not applicable, 1 excused; ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" training-step equivalents", lines[0], StringComparison.Ordinal);
        Assert.Equal("Not measured", lines[2]);
        Assert.StartsWith("  FrozenStaysFrozen: ", lines[3], StringComparison.Ordinal);
        Assert.Equal("  OneBatchOverfits: excused, it takes too long here", lines[4]);
        Assert.Equal(verdict.Sum(one => one.Cost.Forwards), verdict.Cost.Forwards);
        Assert.True(verdict.Cost.StepEquivalents > 0);
    }

    [Fact]
    public void What_is_cancelled_is_over() => Assert.ThrowsAny<OperationCanceledException>(() =>
        SoundSetups.Classifier.Judge(Three, cancellation: new CancellationToken(canceled: true)));

    [Fact]
    public void A_suite_is_a_part_of_a_recipe()
    {
        Assert.Equal(["OneBatchOverfits"], Three.Only(Suite.Fit).Select(check => check.Name));
        Assert.Equal(3, Three.Only(Suite.Preflight).Count);
    }
}

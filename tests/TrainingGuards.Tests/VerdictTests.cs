using TrainingGuards.Tests.Models;
using VerifyXunit;

namespace TrainingGuards.Tests;

public sealed class VerdictTests
{
    private static readonly Measurement Good = new("share", Bound.AtLeast(0.9), 1), Bad = new("share", Bound.AtLeast(0.9), 0.5, "of class 3"), Empty = new("share", Bound.AtLeast(0.9), []);

    [Fact]
    public void Nothing_measured_is_never_a_pass()
    {
        Assert.Equal(Outcome.Inconclusive, Of(new()).Outcome);
        Assert.Equal(Outcome.Inconclusive, Of(new() { Controls = [Good] }).Outcome);
        Assert.Equal(Outcome.Inconclusive, Of(new() { Claims = [Empty] }).Outcome);
        Verdict verdict = Of(new() { Claims = [Good, Empty] });
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Equal("nothing was measured", verdict.Reason);
        Assert.Throws<GuardException>(() => verdict.MustHold());
    }

    [Fact]
    public void A_control_that_fails_makes_a_pass_inconclusive()
    {
        Verdict verdict = Of(new() { Claims = [Good], Controls = [Bad] });
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Equal("its control failed: share = 0.5 of class 3; expected at least 0.9", verdict.Reason);
        Assert.Equal(Outcome.Inconclusive, Of(new() { Claims = [Good], Controls = [Empty] }).Outcome);
    }

    [Fact]
    public void What_is_seen_to_break_is_broken_whatever_the_controls_say()
    {
        Assert.Equal(Outcome.Broken, Of(new() { Claims = [Bad], Controls = [Bad] }).Outcome);
        Assert.Equal(Outcome.Broken, Of(new() { Claims = [Good, Bad] }).Outcome);
        Assert.Equal(Outcome.Broken, Of(new() { Claims = [new("share", Bound.AtLeast(0), double.NaN)] }).Outcome);
    }

    [Fact]
    public void It_holds_where_every_claim_and_every_control_does()
    {
        Verdict verdict = Of(new() { Claims = [Good, Good], Controls = [Good] });
        Assert.Equal(Outcome.Holds, verdict.Outcome);
        Assert.Same(verdict, verdict.MustHold());
    }

    [Fact]
    public void Not_applicable_says_why_and_is_no_pass()
    {
        Verdict verdict = Of(Findings.NotApplicable("the setup has no targets"));
        Assert.Equal(Outcome.NotApplicable, verdict.Outcome);
        NotApplicableException thrown = Assert.Throws<NotApplicableException>(() => verdict.MustHold());
        Assert.Contains("the setup has no targets", thrown.Reason, StringComparison.Ordinal);
        Assert.StartsWith("$XunitDynamicSkip$", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inconclusive_says_what_it_needs()
    {
        Verdict verdict = Of(Findings.Inconclusive("at least 2 classes; there is 1"));
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Equal("it needs at least 2 classes; there is 1", verdict.Reason);
    }

    [Fact]
    public Task A_failure_lists_its_facts_in_their_order() => Verifier.Verify(Of(new()
    {
        Claims = [Good, Bad],
        Causes = [new("the share is that of chance", "look at the labels", "TG4005"), new("the rate is 0", "look at the labels")],
        RuledOut = ["dropout (it was off)"],
        Notes = ["classes are imbalanced"],
        Curves = [new("loss", [2.3, 1.7, double.NaN, 0.9])],
        Where = new("encoder.mix", "MyModel.cs:42"),
    }).ToString());

    [Fact]
    public void A_recipe_is_judged_to_its_end_and_fails_once_with_all_that_does_not_hold()
    {
        var recipe = new Recipe(new Says(new() { Claims = [Bad] }), new Says(new() { Claims = [Good] }), new Says(Findings.NotApplicable("no targets")), new Says(new()));
        var seen = new List<Outcome>();
        Assert.Equal(4, SoundSetups.Classifier.Judge(recipe, finished: verdict => seen.Add(verdict.Outcome)).Count);
        Assert.Equal([Outcome.Broken, Outcome.Holds, Outcome.NotApplicable, Outcome.Inconclusive], seen);
        GuardException thrown = Assert.Throws<GuardException>(() => SoundSetups.Classifier.MustSatisfy(recipe));
        Assert.Equal([Outcome.Broken, Outcome.Inconclusive], thrown.Verdicts.Select(verdict => verdict.Outcome));
        Assert.IsAssignableFrom<IAssertionException>(thrown);
    }

    private static Verdict Of(Findings findings) => new(new Says(findings), findings, "MlpClassifier, batch of 32, seed 0, cpu", new Cost(3, 1, 12));

    private sealed class Says(Findings findings) : Check
    {
        public override string Claim => "What is said is so.";

        protected internal override Findings Measure(Trial trial) => findings;
    }
}

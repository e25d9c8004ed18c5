using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class MemoryIsFlatTests
{
    private static readonly MemoryIsFlat Check = new();
    private static readonly List<Tensor> Kept = [];

    public static TheoryData<string, int> Sound => SoundSetups.OneSeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(Check);
        Assert.Equal(0, verdict.Findings.Claims[0].Worst.Value);
        // Where steps leave garbage, it is then collected to tell it from what is held.
        Assert.InRange(verdict.Cost.Steps, 50, 91);
    }

    [Fact]
    public void A_field_that_grows_is_named()
    {
        Verdict verdict = Broken(Hoarder.Setup(), "40 of them in `history`", "history");
        Assert.Equal(1, verdict.Findings.Claims[0].Worst.Value);
        Assert.StartsWith("Hoarder.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_a_step_captures_is_named()
    {
        var losses = new List<Tensor>();
        Verdict verdict = Broken(
            SoundSetups.Classifier with
            {
                Step = step =>
                {
                    step.Optimizer.zero_grad();
                    Tensor loss = cross_entropy(((MlpClassifier)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
                    loss.backward();
                    step.Optimizer.step();
                    losses.Add(loss);
                    return loss.ToDouble();
                },
            },
            "40 of them in `losses`", "losses");
        Assert.StartsWith("MemoryIsFlatTests.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Assert.Contains("to the garbage collector, which does not know how large they are", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
        Free(losses);
    }

    [Fact]
    public void A_static_list_that_the_loss_fills_is_named()
    {
        Broken(
            SoundSetups.Classifier with
            {
                Loss = (output, target) =>
                {
                    Kept.Add(output.detach());
                    return cross_entropy(output, target);
                },
            },
            "of them in `MemoryIsFlatTests.Kept`", "MemoryIsFlatTests.Kept");
        Free(Kept);
    }

    [Fact]
    public void A_scope_that_is_never_closed_is_told_apart()
    {
        var scopes = new Stack<IDisposable>();
        Broken(
            SoundSetups.Classifier with
            {
                Loss = (output, target) =>
                {
                    scopes.Push(NewDisposeScope());
                    return cross_entropy(output, target);
                },
            },
            "no field of the model and no variable of a delegate holds them: a dispose scope that is not closed", where: null);
        while (scopes.TryPop(out IDisposable? scope)) scope.Dispose();
    }

    [Fact]
    public void A_step_in_a_scope_of_its_own_leaves_nothing() => Assert.Empty(Scoped(step => step.Batch).MustSatisfy(Check).Findings.Notes);

    [Fact]
    public void Batches_that_a_step_asks_for_are_not_counted() => Scoped(step => step.NextBatch()).MustSatisfy(Check);

    [Fact]
    public void What_is_filled_up_to_a_size_in_the_warm_up_is_flat() => Hoarder.Setup(most: 8).MustSatisfy(Check);

    [Fact]
    public void What_is_filled_later_is_noted() =>
        Assert.Contains("and they grow no more: something was being filled", Assert.Single(Hoarder.Setup(most: 34).MustSatisfy(Check).Findings.Notes), StringComparison.Ordinal);

    [Fact]
    public void It_is_no_matter_whether_a_scope_is_open_around()
    {
        using var scope = NewDisposeScope();
        SoundSetups.Classifier.MustSatisfy(Check);
    }

    private static Setup Scoped(Func<TrainingStep, Batch> from) => SoundSetups.Classifier with
    {
        Step = step =>
        {
            using var scope = NewDisposeScope();
            step.Optimizer.zero_grad();
            Batch batch = from(step);
            Tensor loss = cross_entropy(((MlpClassifier)step.Model).call(batch.Inputs), batch.Targets);
            loss.backward();
            step.Optimizer.step();
            return loss.ToDouble();
        },
    };

    private static void Free(List<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors) tensor.Dispose();
        tensors.Clear();
    }

    private static Verdict Broken(Setup setup, string because, string? where)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal("TG2008", verdict.Findings.Causes[0].Rule);
        Assert.Equal(where, verdict.Findings.Where?.Module);
        return verdict;
    }
}

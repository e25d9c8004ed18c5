using TrainingGuards.Decoding;
using TrainingGuards.Tests.Checks.Dynamics.Saboteurs;
using static TorchSharp.torch;
using static TrainingGuards.Tests.Checks.Dynamics.Saboteurs.CalledAsFunctions;

namespace TrainingGuards.Tests.Decoding;

public sealed class AppliedActivationsTests
{
    [Fact]
    public void A_function_of_what_one_module_returns_is_seen()
    {
        Sees<Around>("tanh(hidden)");
        Sees<Behind>("sigmoid(hidden)");
        Sees<ByName>("relu(hidden)");
        Sees<InMethod>("relu(hidden)");
    }

    [Fact]
    public void Constants_before_it_are_reckoned_with()
    {
        Sees<Scaled>("sigmoid(100 · hidden + 1)");
        Sees<Last>("sigmoid(30 · head)");
    }

    [Fact]
    public void What_something_else_takes_too_is_not_seen() => Sees<Gate>();

    [Fact]
    public void A_module_that_is_called_twice_is_not_seen()
    {
        Sees<Twice>();
        Sees<InLambda>();
    }

    [Fact]
    public void Behind_a_branch_nothing_is_known()
    {
        Sees<InOnePath>();
        Sees<InLoop>();
    }

    [Fact]
    public void A_sum_of_two_values_is_not_seen() => Sees<Summed>();

    [Fact]
    public void A_module_that_is_called_by_forward_has_no_hook_and_is_not_seen() => Sees<ByForward>();

    [Fact]
    public void A_module_that_two_hold_is_not_seen()
    {
        using var model = new Around();
        using nn.Module both = nn.Sequential(("first", model), ("second", (nn.Module<Tensor, Tensor>)model.named_children().Single(child => child.name == "hidden").module));
        Assert.Empty(AppliedActivations.In(both));
    }

    private static void Sees<T>(params string[] calls) where T : CalledAsFunctions, new()
    {
        using var model = new T();
        IReadOnlyList<AppliedActivation> seen = AppliedActivations.In(model);
        Assert.Equal(calls, seen.Select(one => one.Name));
        Assert.Equal(calls.Length == 0, AppliedActivations.Unseen(model, seen).Any());
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class ProvenanceTests
{
    [Fact]
    public Task A_local_assigned_once_is_its_initializer() => Comes("var y = ones(2); use([|y|]); void use(Tensor t) { }", "ones(2)");

    [Fact]
    public Task An_expression_is_itself() => Comes("use([|ones(2)|]); void use(Tensor t) { }", "ones(2)");

    [Fact]
    public Task Locals_parentheses_and_conversions_are_seen_through() =>
        Comes("var a = ones(2); object b = (object)(a); var c = (Tensor)b; _ = [|c|];", "ones(2)");

    [Fact]
    public Task A_using_declaration_is_its_initializer() => Comes("using var y = ones(2); _ = [|y|];", "ones(2)");

    [Fact]
    public Task The_last_assignment_counts() => Comes("var y = ones(2); y = zeros(2); _ = [|y|];", "zeros(2)");

    [Fact]
    public Task Before_a_reassignment_the_first_value_counts() => Comes("var y = ones(2); _ = [|y|]; y = zeros(2);", "ones(2)");

    [Fact]
    public Task A_branch_leaves_both() =>
        Comes("var y = ones(2); if (args.Length > 0) y = zeros(2); _ = [|y|];", "ones(2)", "zeros(2)");

    [Fact]
    public Task A_branch_that_returns_leaves_one() =>
        Comes("var y = ones(2); if (args.Length > 0) { y = zeros(2); return; } _ = [|y|];", "ones(2)");

    [Fact]
    public Task Both_arms_of_a_conditional_count() => Comes("var y = args.Length > 0 ? ones(2) : zeros(2); _ = [|y|];", "ones(2)", "zeros(2)");

    [Fact]
    public Task A_conditional_assignment_replaces_the_value() =>
        Comes("var y = rand(2); y = args.Length > 0 ? ones(2) : zeros(2); _ = [|y|];", "ones(2)", "zeros(2)");

    [Fact]
    public Task Arms_of_a_switch_count_but_not_those_that_throw() =>
        Comes("var y = args.Length switch { 0 => ones(2), 1 => zeros(2), _ => throw new Exception() }; _ = [|y|];", "ones(2)", "zeros(2)");

    [Fact]
    public Task A_null_is_no_source() =>
        Comes("Tensor? y = null; foreach (var a in args) y = ones(a.Length); _ = [|y|];", "ones(a.Length)");

    [Fact]
    public Task A_null_coalescing_assignment_is_not_seen() => Unknown("Tensor? y = null; y ??= ones(2); _ = [|y|];");

    [Fact]
    public Task The_back_edge_of_a_loop_counts() =>
        Comes("var y = ones(2); foreach (var a in args) { _ = [|y|]; y = zeros(2); }", "ones(2)", "zeros(2)");

    [Fact]
    public Task A_tuple_is_taken_apart() => Comes("var (a, (b, c)) = (ones(1), (ones(2), ones(3))); _ = [|b|];", "ones(2)");

    [Fact]
    public Task Swapped_variables_are_followed() => Comes("var a = ones(1); var b = ones(2); (a, b) = (b, a); _ = [|a|];", "ones(2)");

    [Fact]
    public Task An_element_of_a_tuple_is_followed() => Comes("var pair = (first: ones(1), second: ones(2)); _ = [|pair.second|];", "ones(2)");

    [Fact]
    public Task An_assigned_element_makes_the_tuple_unknown() =>
        Unknown("var pair = (first: ones(1), second: ones(2)); pair.second = zeros(2); _ = [|pair.second|];");

    [Fact]
    public Task The_result_of_a_deconstructed_call_is_unknown() => Unknown("var (a, b) = two(); _ = [|a|]; (Tensor, Tensor) two() => (ones(1), ones(2));");

    [Fact]
    public Task An_out_argument_is_unknown() => Unknown("make(out var y); _ = [|y|]; void make(out Tensor t) => t = ones(2);");

    [Fact]
    public Task A_loop_variable_is_unknown() => Unknown("foreach (var y in new[] { ones(2) }) _ = [|y|];");

    [Fact]
    public Task A_pattern_is_unknown() => Unknown("object o = ones(2); if (o is Tensor y) _ = [|y|];");

    [Fact]
    public Task A_variable_with_a_ref_is_unknown() => Unknown("var y = ones(2); ref var r = ref y; r = zeros(2); _ = [|y|];");

    [Fact]
    public Task A_variable_that_a_local_function_assigns_is_unknown() =>
        Unknown("var y = ones(2); change(); _ = [|y|]; void change() => y = zeros(2);");

    [Fact]
    public Task A_captured_variable_never_reassigned_is_known_in_a_lambda() =>
        Comes("var y = ones(2); Action a = () => { var z = [|y|]; };", "ones(2)");

    [Fact]
    public Task A_local_of_a_lambda_is_followed() =>
        Comes("Action a = () => { var y = ones(2); y = zeros(2); var z = [|y|]; };", "zeros(2)");

    [Fact]
    public Task A_captured_variable_reassigned_outside_is_unknown_in_a_lambda() =>
        Unknown("var y = ones(2); Action a = () => { var z = [|y|]; }; y = zeros(2);");

    [Fact]
    public Task A_compound_assignment_is_its_own_source() => Comes("var y = ones(2); y += 1; _ = [|y|];", "y += 1");

    [Fact]
    public Task A_try_block_may_stop_before_the_assignment() =>
        Comes("var y = ones(2); try { y = zeros(2); } catch { _ = [|y|]; }", "ones(2)", "zeros(2)");

    [Fact]
    public Task A_finally_block_assigns() =>
        Comes("var y = ones(2); try { Console.WriteLine(); } finally { y = zeros(2); } _ = [|y|];", "ones(2)", "zeros(2)");

    [Fact]
    public Task A_filter_and_a_catch_within_a_catch_see_what_the_tries_assigned() => Comes(
        "var y = ones(1); try { y = ones(2); try { y = ones(3); } catch (Exception e) when (e.Message == \"\") { y = ones(4); } } finally { _ = [|y|]; }",
        "ones(1)", "ones(2)", "ones(3)", "ones(4)");

    [Fact]
    public Task A_lambda_in_a_try_block_has_blocks_of_its_own() => Comes(
        "foreach (var a in args) try { Action f = () => { var y = ones(2); y = zeros(2); var z = [|y|]; }; } catch { Console.WriteLine(); }", "zeros(2)");

    [Fact]
    public Task A_field_is_its_own_source() => Comes("class C { Tensor x = ones(1); Tensor M() => [|x|]; }", "x");

    [Fact]
    public async Task A_parameter_was_made_by_no_operation_here()
    {
        Origin origin = await Trace("class C { Tensor M(Tensor x) { var y = x; return [|y|]; } }");
        Assert.True(origin.IsNone);
        Assert.False(origin.IsUnknown);
    }

    [Fact]
    public async Task A_parameter_of_a_primary_constructor_is_unknown() =>
        Assert.True((await Trace("class C(Tensor x) { Tensor M() => [|x|]; void N(Tensor y) => x = y; }")).IsUnknown);

    [Fact]
    public async Task A_parameter_assigned_on_one_path_has_two_sources() =>
        Assert.Equal(2, (await Trace("class C { Tensor M(Tensor x, bool b) { if (b) x = ones(2); return [|x|]; } }")).Operations.Length);

    [Theory]
    [InlineData("var t = ones(2); foreach (var a in args) t = t + ones(3); _ = [|t|];", Answer.Yes)]
    [InlineData("var t = zeros(2); foreach (var a in args) t = t + ones(3); _ = [|t|];", Answer.Unknown)]
    [InlineData("var t = zeros(2); foreach (var a in args) t = t + zeros(3); _ = [|t|];", Answer.No)]
    [InlineData("var t = args.Length > 0 ? ones(2) : ones(3); _ = [|t|];", Answer.Yes)]
    [InlineData("var t = args.Length > 0 ? ones(2) : zeros(3); _ = [|t|];", Answer.Unknown)]
    public async Task A_question_is_answered_for_all_sources(string markup, object answer)
    {
        Marked marked = await Marked.In(markup);
        Assert.Equal(answer, Provenance.Of(marked.Graph).Ask(marked.Operation, IsOnes));

        static Answer IsOnes(IOperation made, Func<IOperation, Answer> ask) => made switch
        {
            IBinaryOperation sum => ask(sum.LeftOperand) == ask(sum.RightOperand) ? ask(sum.LeftOperand) : Answer.Unknown,
            IInvocationOperation call => call.TargetMethod.Name == "ones" ? Answer.Yes : Answer.No,
            _ => Answer.Unknown,
        };
    }

    private static async Task<Origin> Trace(string markup)
    {
        Marked marked = await Marked.In(markup);
        return Provenance.Of(marked.Graph).Trace(marked.Operation);
    }

    private static async Task Comes(string markup, params string[] from) =>
        Assert.Equal(from, (await Trace(markup)).Operations.Select(origin => origin.Syntax.ToString()));

    private static async Task Unknown(string markup) => Assert.True((await Trace(markup)).IsUnknown);
}

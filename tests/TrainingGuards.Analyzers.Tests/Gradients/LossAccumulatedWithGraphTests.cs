using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class LossAccumulatedWithGraphTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        var optimizer = optim.Adam(model.parameters());
        Tensor total = 0f;
        Tensor Loss() => mse_loss(model.call(x), y);

        """;

    private const string Learn = "optimizer.zero_grad(); using var loss = Loss(); loss.backward(); optimizer.step(); ";
    private const string Show = " Console.WriteLine(total.item<float>());";

    [Fact]
    public Task The_message_names_total_and_loss() => Verify<LossAccumulatedWithGraph>.Flags(
        Start + "foreach (var batch in args) { " + Learn + "total += [|loss|]; }" + Show,
        "'total' keeps the graph of every 'loss' that is added to it, so memory grows with each iteration. Add it without its history, by detach() or item().");

    [Fact]
    public Task It_points_to_the_backward() => Verify<LossAccumulatedWithGraph>.Points(
        Start + "foreach (var batch in args) { " + Learn + "total += [|loss|]; }" + Show, "loss.backward()");

    [Theory]
    [InlineData("foreach (var batch in args) { var loss = Loss(); total = total + [|loss|]; loss.backward(); }" + Show)]
    [InlineData("foreach (var batch in args) { " + Learn + "total = [|loss * 8|] + total; }" + Show)]
    [InlineData("foreach (var batch in args) { " + Learn + "total.add_([|loss|]); }" + Show)]
    [InlineData("foreach (var batch in args) { " + Learn + "total = total.add([|loss / args.Length|]); }" + Show)]
    [InlineData("foreach (var batch in args) { var loss = Loss(); loss.backward(); total += [|loss.mean()|]; } var mean = total / args.Length; Console.WriteLine($\"{(float)mean}\");")]
    [InlineData("for (int e = 0; e < 9; e++) { total = zeros(1); foreach (var batch in args) { " + Learn + "total += [|loss|]; }" + Show + " }")]
    [InlineData("void Epoch() { foreach (var batch in args) { " + Learn + "total += [|loss|]; } } Epoch();" + Show)]
    public Task A_total_that_keeps_graphs_is_flagged(string code) => Verify<LossAccumulatedWithGraph>.Flags(Start + code);

    [Fact]
    public Task A_private_field_is_flagged() => Verify<LossAccumulatedWithGraph>.Flags("""
        class Trainer(Linear model)
        {
            private Tensor _total = zeros(1);
            public float Mean => _total.item<float>();
            public void Epoch(IEnumerable<Tensor> batches)
            {
                foreach (var batch in batches)
                {
                    var loss = model.call(batch).sum();
                    loss.backward();
                    _total += [|loss|];
                }
            }
        }
        """);

    [Theory]
    [InlineData("foreach (var batch in args) { " + Learn + "total += loss.detach(); }" + Show)]
    [InlineData("float sum = 0; foreach (var batch in args) { " + Learn + "sum += loss.item<float>(); }")]
    [InlineData("foreach (var batch in args) { " + Learn + "using (no_grad()) total += loss; }" + Show)]
    [InlineData("foreach (var batch in args) { var loss = Loss(); total += loss; } total.backward();")]
    [InlineData("foreach (var batch in args) { var loss = Loss(); loss.backward(retain_graph: true); total += loss; } (total / 2).backward();")]
    [InlineData("foreach (var batch in args) { " + Learn + "total += loss; Keep(total); } void Keep(Tensor t) { x = t; }")]
    [InlineData("var all = new List<Tensor>(); foreach (var batch in args) { " + Learn + "total += loss; all.Add(total); }")]
    [InlineData("using var _ = no_grad(); foreach (var batch in args) { var loss = Loss(); total += loss; }" + Show)]
    [InlineData("foreach (var batch in args) { var loss = Loss(); total += loss; }" + Show)]
    [InlineData("foreach (var batch in args) { var loss = Loss(); Tensor both = 0f; both += loss; loss.backward(); Console.WriteLine(both.item<float>()); }")]
    [InlineData("foreach (var batch in args) { " + Learn + "total += loss;" + Show + " total = 0f; }")]
    [InlineData("{ " + Learn + "total += loss; }" + Show)]
    [InlineData("foreach (var batch in args) { var loss = Loss(); loss.backward(); loss = zeros(1); total += loss; }" + Show)]
    public Task A_total_without_graphs_or_to_be_backpropagated_is_silent(string code) => Verify<LossAccumulatedWithGraph>.Silent(Start + code);

    [Theory]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { var loss = Loss(); loss.backward(); losses.Add([|loss|]); } Console.WriteLine(losses.Average(one => one.item<float>()));")]
    [InlineData("List<Tensor> losses = []; foreach (var batch in args) { using var scope = NewDisposeScope(); var loss = Loss(); losses.Add([|loss.DetachFromDisposeScope()|]); loss.backward(); } Console.WriteLine(losses.Count);")]
    [InlineData("var losses = new Queue<Tensor>(); foreach (var batch in args) { var loss = Loss(); loss.backward(); losses.Enqueue([|loss / 2|]); } foreach (float one in losses.Select(one => one.item<float>())) Console.WriteLine(one);")]
    [InlineData("foreach (var batch in args) Learning.Step(Loss()); static class Learning { private static readonly List<Tensor> history = []; public static void Step(Tensor loss) { var mean = loss.mean(); history.Add([|mean.MoveToOuterDisposeScope()|]); mean.backward(); } }")]
    public Task A_list_that_keeps_graphs_is_flagged(string code) => Verify<LossAccumulatedWithGraph>.Flags(Start + code);

    [Theory]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { var loss = Loss(); loss.backward(); losses.Add(loss.detach()); } Console.WriteLine(losses.Average(one => one.item<float>()));")]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { var loss = Loss(); losses.Add(loss); } Console.WriteLine(losses.Average(one => one.item<float>()));")]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { var loss = Loss(); loss.backward(retain_graph: true); losses.Add(loss); } stack(losses).sum().backward();")]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { var loss = Loss(); loss.backward(); losses.Add(loss); if (losses.Count > 9) losses.Clear(); }")]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { var loss = Loss(); loss.backward(); losses.Add(loss); } foreach (var one in losses) one.Dispose();")]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { using var scope = NewDisposeScope(); var loss = Loss(); loss.backward(); losses.Add(loss); } Console.WriteLine(losses.Count);")]
    [InlineData("foreach (var batch in args) { var losses = new List<Tensor>(); var loss = Loss(); loss.backward(); losses.Add(loss); Console.WriteLine(losses.Average(one => one.item<float>())); }")]
    [InlineData("var losses = new List<Tensor>(); { var loss = Loss(); loss.backward(); losses.Add(loss); } Console.WriteLine(losses.Average(one => one.item<float>()));")]
    [InlineData("var losses = new List<Tensor>(); foreach (var batch in args) { var loss = Loss(); loss.backward(); losses.Add(loss); losses = new List<Tensor>(); } Console.WriteLine(losses.Average(one => one.item<float>()));")]
    [InlineData("Learning.Step(Loss()); static class Learning { private static readonly List<Tensor> history = []; public static void Step(Tensor loss) { var mean = loss.mean(); history.Add(mean.MoveToOuterDisposeScope()); mean.backward(); } }")]
    [InlineData("foreach (var batch in args) new Learning().Step(Loss()); class Learning { private readonly List<Tensor> history = []; public void Step(Tensor loss) { var mean = loss.mean(); history.Add(mean.MoveToOuterDisposeScope()); mean.backward(); } }")]
    public Task A_list_that_is_emptied_or_keeps_none_is_silent(string code) => Verify<LossAccumulatedWithGraph>.Silent(Start + code);

    [Fact]
    public Task A_total_that_leaves_the_method_is_silent() => Verify<LossAccumulatedWithGraph>.Silent(
        "class T { Tensor Sum(IEnumerable<Tensor> xs) { Tensor total = 0; foreach (var x in xs) { var loss = x.sum(); loss.backward(); total += loss; } return total; } }");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<LossAccumulatedWithGraph>.SilentOnBroken("while (true) { total += loss; loss.backward( }");

    [Theory]
    [InlineData("total += [|loss|]; // sum", "total += loss.detach(); // sum")]
    [InlineData("total = total + [|loss * 8|];", "total = total + (loss * 8).detach();")]
    [InlineData("total.add_([|loss|]);", "total.add_(loss.detach());")]
    public Task The_fix_detaches(string flagged, string cured) => Verify<LossAccumulatedWithGraph>.Fixes(
        Start + "foreach (var batch in args)\n{\n    " + Learn + "\n    " + flagged + "\n}\n" + Show,
        Start + "foreach (var batch in args)\n{\n    " + Learn + "\n    " + cured + "\n}\n" + Show);

    [Fact]
    public Task The_fix_keeps_what_is_detached_out_of_scopes() => Verify<LossAccumulatedWithGraph>.Fixes(
        "var all = new List<Tensor>(); while (true) { var loss = rand(3); loss.backward(); all.Add([|loss.DetachFromDisposeScope()|]); }",
        "var all = new List<Tensor>(); while (true) { var loss = rand(3); loss.backward(); all.Add(loss.detach().DetachFromDisposeScope()); }");

    [Fact]
    public Task Everything_is_fixed_at_once() => Verify<LossAccumulatedWithGraph>.FixesAll(
        ["Tensor a = 0, b = 0; while (true) { var loss = rand(3); loss.backward(); a += [|loss|]; b += [|loss|]; }"],
        ["Tensor a = 0, b = 0; while (true) { var loss = rand(3); loss.backward(); a += loss.detach(); b += loss.detach(); }"]);
}

using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class DiscardedTensorResultTests
{
    [Theory]
    [InlineData("[|x.to(CPU)|];", "to", "")]
    [InlineData("[|x.to(float64)|];", "to", "")]
    [InlineData("[|x.cpu()|];", "cpu", "")]
    [InlineData("[|x.clamp(0, 1)|];", "clamp", ", or call 'clamp_'")]
    [InlineData("[|x.add(1)|];", "add", ", or call 'add_'")]
    [InlineData("[|x.detach()|];", "detach", ", or call 'detach_'")]
    [InlineData("[|x.reshape(-1)|];", "reshape", "")]
    [InlineData("[|x.squeeze(0)|];", "squeeze", ", or call 'squeeze_'")]
    [InlineData("[|x.softmax(1)|];", "softmax", "")]
    [InlineData("[|x.permute(1, 0)|];", "permute", "")]
    [InlineData("[|x.sum()|];", "sum", "")]
    [InlineData("[|x.max(1)|];", "max", "")]
    [InlineData("[|x.sort()|];", "sort", "")]
    [InlineData("[|x.split(2)|];", "split", "")]
    [InlineData("[|torch.clamp(x, 0, 1)|];", "clamp", ", or call 'clamp_'")]
    [InlineData("[|abs(x)|];", "abs", ", or call 'abs_'")]
    [InlineData("[|nn.functional.relu(x)|];", "relu", ", or call 'relu_'")]
    [InlineData("[|nn.functional.relu(x, inplace: false)|];", "relu", ", or call 'relu_'")]
    [InlineData("[|nn.functional.dropout(x, 0.5, training: true)|];", "dropout", "")]
    [InlineData("[|special.expm1(x)|];", "expm1", ", or call 'expm1_'")]
    [InlineData("[|x.view(-1).add(1)|];", "add", ", or call 'add_'")]
    [InlineData("[|x.exp().log()|];", "log", "")]
    [InlineData("[|x.add_(1).clamp(0, 1)|];", "clamp", ", or call 'clamp_'")]
    [InlineData("[|x[0].mul(2)|];", "mul", ", or call 'mul_'")]
    [InlineData("x?[|.view(-1)|];", "view", "")]
    [InlineData("void Move() => [|x.cpu()|]; Move();", "cpu", "")]
    [InlineData("Action move = () => { [|x.cpu()|]; }; move();", "cpu", "")]
    [InlineData("new List<int> { 1 }.ForEach(i => [|x.add(i)|]);", "add", ", or call 'add_'")]
    [InlineData("Parallel.For(0, 3, i => { [|x.add(i)|]; });", "add", ", or call 'add_'")]
    [InlineData("for (int i = 0; i < 3; i++) { [|x.mul(i)|]; }", "mul", ", or call 'mul_'")]
    [InlineData("try { [|x.cpu()|]; x.print(); x.print(); } catch (Exception) { }", "cpu", "")]
    public Task A_result_that_is_dropped_is_flagged(string code, string operation, string inPlace) => Verify<DiscardedTensorResult>.Flags(
        "var x = ones(4, 4); " + code + " x.print();", $"The result of '{operation}' is dropped, and 'x' stays as it is. Assign the result{inPlace}.");

    [Fact]
    public Task Wherever_the_tensor_is_held_it_is_flagged() => Verify<DiscardedTensorResult>.Flags("""
        class Critic(string name, Linear linear) : nn.Module<Tensor, Tensor>(name)
        {
            private readonly Tensor scale = ones(4);
            private Tensor? hidden;

            public Tensor Limits { get; set; } = ones(2);

            public void Clip()
            {
                foreach (var weight in parameters())
                {
                    [|weight.clamp(-0.01, 0.01)|];
                }
                foreach (var (_, weight) in named_parameters()) [|weight.detach()|];
                [|linear.weight!.clamp(-1, 1)|];
                [|this.scale.cpu()|];
                [|Limits.mul(2)|];
            }

            public void Reset() => [|hidden!.detach()|];

            public override Tensor forward(Tensor x)
            {
                [|x.to(scale.device)|];
                return linear.call(x);
            }
        }
        """,
        "The result of 'clamp' is dropped, and 'weight' stays as it is. Assign the result, or call 'clamp_'.",
        "The result of 'detach' is dropped, and 'weight' stays as it is. Assign the result, or call 'detach_'.",
        "The result of 'clamp' is dropped, and 'weight' stays as it is. Assign the result, or call 'clamp_'.",
        "The result of 'cpu' is dropped, and 'scale' stays as it is. Assign the result.",
        "The result of 'mul' is dropped, and 'Limits' stays as it is. Assign the result, or call 'mul_'.",
        "The result of 'detach' is dropped, and 'hidden' stays as it is. Assign the result, or call 'detach_'.",
        "The result of 'to' is dropped, and 'x' stays as it is. Assign the result.");

    [Theory]
    [InlineData("_ = x.add(1);")]
    [InlineData("x = x.add(1);")]
    [InlineData("var y = x.add(1); y.print();")]
    [InlineData("using (x.cpu()) { }")]
    [InlineData("using var y = x.cpu();")]
    [InlineData("x.add_(1);")]
    [InlineData("x.view(-1).add_(1);")]
    [InlineData("nn.init.zeros_(x);")]
    [InlineData("nn.functional.relu(x, inplace: true);")]
    [InlineData("nn.functional.relu(x, args.Length > 0);")]
    [InlineData("x.to(float64, disposeAfter: true);")]
    [InlineData("x.add(1).Dispose();")]
    [InlineData("x.add(1).print();")]
    [InlineData("x.MoveToOuterDisposeScope();")]
    [InlineData("x.DetachFromDisposeScope();")]
    [InlineData("x.alias();")]
    [InlineData("x.requires_grad_();")]
    [InlineData("x.with_requires_grad();")]
    [InlineData("x.item<float>();")]
    [InlineData("x.sum().backward();")]
    [InlineData("x.bernoulli();")]
    [InlineData("torch.randn_like(x);")]
    [InlineData("torch.zeros(3);")]
    [InlineData("nn.functional.batch_norm(x, zeros(4), ones(4), training: true);")]
    public Task What_has_an_effect_or_is_discarded_on_purpose_is_silent(string code) =>
        Verify<DiscardedTensorResult>.Silent("var x = ones(4, 4, requires_grad: true); " + code + " x.print();");

    [Theory]
    [InlineData("var model = nn.Linear(2, 2); model.to(CPU); model.cpu(); model.call(ones(1, 2));")]
    [InlineData("var model = nn.Linear(2, 2); model.call(ones(1, 2)).cpu();")]
    [InlineData("torch.zeros(1).to(CPU);")]
    [InlineData("var a = rand(8, 8); a.matmul(a); a.Dispose();")]
    [InlineData("var a = rand(8, 8); var watch = System.Diagnostics.Stopwatch.StartNew(); a.matmul(a); watch.Stop(); a.print();")]
    [InlineData("var a = rand(8, 8); var watch = new System.Diagnostics.Stopwatch(); watch.Start(); for (int i = 0; i < 9; i++) { a.mul(i); } watch.Stop(); a.print();")]
    [InlineData("var a = rand(8, 8); for (int i = 0; i < 9; i++) a.matmul(a); a.print();")]
    [InlineData("var a = rand(8, 8); for (int i = 0; i < 9; i++) { a.matmul(a); } a.print();")]
    public Task Modules_and_what_is_run_for_its_time_are_silent(string code) => Verify<DiscardedTensorResult>.Silent(code);

    [Theory]
    [InlineData("Check.Throws(() => x.view(3));")]
    [InlineData("Check.Throws(() => { x.view(3); });")]
    [InlineData("Action fit = () => x.view(3); Check.Throws(fit);")]
    [InlineData("void Fit() { x.view(3); } Check.Throws(Fit);")]
    [InlineData("Check.Throws(() => Task.Run(() => { x.view(3); }).Wait());")]
    [InlineData("bool fits; try { x.view(3); fits = true; } catch (Exception) { fits = false; } Console.WriteLine(fits);")]
    [InlineData("bool Fits() { try { x.view(3); return true; } catch { return false; } } Fits();")]
    public Task What_is_run_to_see_whether_it_throws_is_silent(string code) => Verify<DiscardedTensorResult>.Silent(
        "var x = ones(4, 4); x.print(); " + code,
        "static class Check { public static void Throws(Action run) { try { run(); } catch (Exception) { } } }");

    [Fact]
    public Task Tests_and_benchmarks_are_silent() => Verify<DiscardedTensorResult>.Silent("""
        class BenchmarkAttribute : Attribute { }

        class Products
        {
            private readonly Tensor a = rand(8, 8);

            [Benchmark]
            public void Product() => a.matmul(a);

            [Benchmark]
            public void Sum()
            {
                a.sum();
            }
        }
        """);

    [Fact]
    public Task Methods_of_the_users_own_are_silent() => Verify<DiscardedTensorResult>.Silent("""
        class Box { public Tensor to(Device device) => zeros(1); public Tensor add(int i) => zeros(i); }

        static class Boxes
        {
            public static Tensor clamp(this Tensor x, string how) => x;

            public static void Use(Box box, Tensor x)
            {
                box.to(CPU);
                box.add(1);
                x.clamp("gently");
            }
        }
        """);

    [Theory]
    [InlineData("var x = ones(2); x.add(;")]
    [InlineData("x.add(1);")]
    [InlineData("var x = ones(2); x.ad(1); x.to();")]
    public Task Code_that_does_not_compile_is_left_alone(string code) => Verify<DiscardedTensorResult>.SilentOnBroken(code);

    [Fact]
    public Task The_fix_assigns_the_result_and_keeps_the_comments() => Verify<DiscardedTensorResult>.Fixes(
        """
        class Normalised(Device device)
        {
            private Tensor mean = zeros(1);
            private Tensor[] parts = new Tensor[2];

            public Tensor Of(Tensor x, int i)
            {
                // to where the weights are
                [|x.to(device)|]; // once
                var y = x - 1;
                if (i > 0)
                    [|torch.clamp(y, 0, 1)|];
                [|mean.detach()|];
                [|parts[i].cpu()|];
                return y;
            }
        }
        """,
        """
        class Normalised(Device device)
        {
            private Tensor mean = zeros(1);
            private Tensor[] parts = new Tensor[2];

            public Tensor Of(Tensor x, int i)
            {
                // to where the weights are
                x = x.to(device); // once
                var y = x - 1;
                if (i > 0)
                    y = torch.clamp(y, 0, 1);
                mean = mean.detach();
                parts[i] = parts[i].cpu();
                return y;
            }
        }
        """);

    [Theory]
    [InlineData("foreach (var p in nn.Linear(2, 2).parameters()) { [|p.clamp(-1, 1)|]; }")]
    [InlineData("using var x = ones(2); [|x.cpu()|]; x.print();")]
    [InlineData("var x = ones(2); [|x.sum()|]; x.print();")]
    [InlineData("var x = ones(2); [|x.eq(1)|]; x.print();")]
    [InlineData("var x = ones(2); [|x.sort()|]; x.print();")]
    [InlineData("var x = ones(2); var y = x + 1; [|torch.mul(x, y)|]; x.print();")]
    [InlineData("var x = ones(2); [|x.view(-1).add(1)|]; x.print();")]
    [InlineData("Tensor? x = ones(2); x?[|.cpu()|]; x?.print();")]
    [InlineData("var w = nn.Parameter(ones(2)); [|w.cpu()|]; w.print();")]
    [InlineData("var x = ones(2); x.print(); void Move() => [|x.cpu()|]; Move();")]
    public Task Where_the_result_belongs_to_something_else_there_is_no_fix(string code) => Verify<DiscardedTensorResult>.HasNoFix(code);
}

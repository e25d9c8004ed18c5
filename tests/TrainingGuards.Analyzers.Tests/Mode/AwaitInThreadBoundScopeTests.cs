using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class AwaitInThreadBoundScopeTests
{
    private const string Start = """
        using System.Threading;
        var model = nn.Linear(4, 3);
        var inputs = new List<Tensor> { rand(8, 4) };
        Tensor x = inputs[0];
        double sum = 0;

        """;

    private const string After = "after this 'await' tensors are computed on another. Await before it is opened or after it is closed.";

    [Theory]
    [InlineData("using var mode = no_grad(); [|await Task.Delay(1)|]; sum = model.call(x).sum().item<float>();", "no_grad", After)]
    [InlineData("using (inference_mode()) { foreach (var one in inputs) { sum += model.call(one).sum().item<float>(); [|await Console.Out.WriteLineAsync()|]; } }", "inference_mode", After)]
    [InlineData("using (set_grad_enabled(false)) { Task wait = Task.Delay(1); [|await wait|]; Score(); } void Score() => sum += model.forward(x).item<float>();", "set_grad_enabled", After)]
    [InlineData("using var scope = NewDisposeScope(); [|await Task.Yield()|]; sum = (x.exp() + 1).sum().item<float>();", "NewDisposeScope", After)]
    [InlineData("using var mode = no_grad(); sum = model.call([|await Task.Run(() => rand(8, 4))|]).sum().item<float>();", "no_grad", After)]
    [InlineData("using var mode = no_grad(); await Task.CompletedTask; try { [|await Task.Delay(1)|]; } catch (OperationCanceledException) { model.call(x); }", "no_grad", After)]
    [InlineData("Func<Task> evaluate = async () => { using var _ = no_grad(); [|await Task.Delay(1)|]; model.call(x); }; await evaluate();", "no_grad", After)]
    public Task What_is_computed_after_an_await_is_flagged(string code, string scope, string rest) =>
        Verify<AwaitInThreadBoundScope>.Flags(Start + code, $"'{scope}()' holds for the thread that opened it, and {rest}");

    [Theory]
    [InlineData("using var mode = no_grad(); [|Task.Run(() => model.call(x))|].Wait();", "Task.Run")]
    [InlineData("using (no_grad()) { [|Parallel.ForEach(inputs, one => { sum += model.call(one).sum().item<float>(); })|]; }", "Parallel.ForEach")]
    [InlineData("using (no_grad()) { sum = [|inputs.AsParallel().Select(one => model.call(one).sum().item<float>())|].Sum(); }", "Select")]
    [InlineData("using (no_grad()) { var worker = [|new Thread(Score)|]; worker.Start(); worker.Join(); } void Score() => sum += model.call(x).item<float>();", "Thread")]
    [InlineData("using (NewDisposeScope()) { [|Parallel.For(0, 3, i => { sum += (x * i).exp().sum().item<float>(); })|]; }", "Parallel.For")]
    public Task What_another_thread_is_given_to_compute_is_flagged(string code, string runner) => Verify<AwaitInThreadBoundScope>.Flags(
        Start + code,
        $"'{(code.Contains("no_grad", StringComparison.Ordinal) ? "no_grad" : "NewDisposeScope")}()' holds for the thread that opened it, and what '{runner}' runs computes tensors on another. Open it inside of what runs there.");

    [Fact]
    public Task An_iterator_leaves_its_scope_open_in_the_loop_that_enumerates_it() => Verify<AwaitInThreadBoundScope>.Flags("""
        static class Batches
        {
            public static IEnumerable<(Tensor, long)> Of(Tensor data)
            {
                using var scope = NewDisposeScope();
                for (long i = 0; i < data.shape[0]; i++)
                {
                    [|yield return (data[i] * 2, i);|]
                }
            }
        }
        """, "'NewDisposeScope()' holds for the thread that opened it, and this 'yield' leaves it open in the code of whoever enumerates. Close it before the 'yield'.");

    [Fact]
    public Task An_await_foreach_is_flagged_once_and_points_to_the_scope() => Verify<AwaitInThreadBoundScope>.Points("""
        class Evaluation(nn.Module<Tensor, Tensor> model)
        {
            public async Task<double> Of(IAsyncEnumerable<Tensor> batches)
            {
                double sum = 0;
                using var mode = no_grad();
                await foreach (Tensor x in [|batches|])
                {
                    sum += model.call(x).sum().item<float>();
                    await Task.Yield();
                }
                return sum;
            }
        }
        """, "no_grad()");

    [Theory]
    [InlineData("await Task.Delay(1); using var mode = no_grad(); model.call(x);")]
    [InlineData("using (no_grad()) { sum = model.call(x).sum().item<float>(); } await Task.Delay(1); model.call(x);")]
    [InlineData("using var mode = no_grad(); sum = model.call(x).sum().item<float>(); await Console.Out.WriteLineAsync($\"{sum}\");")]
    [InlineData("using var mode = no_grad(); await Console.Out.WriteLineAsync($\"{model.call(x).sum().item<float>()}\");")]
    [InlineData("using var mode = no_grad(); var output = model.call(x); await Task.Delay(1); sum = output.sum().item<float>();")]
    [InlineData("foreach (var one in inputs) { using var mode = no_grad(); model.call(one); await Task.Delay(1); }")]
    [InlineData("using (no_grad()) { if (args.Length > 0) { await Task.Delay(1); return; } model.call(x); }")]
    [InlineData("using var mode = no_grad(); await Task.CompletedTask; sum = await Task.FromResult(1); model.call(x);")]
    [InlineData("using var mode = enable_grad(); await Task.Delay(1); model.call(x);")]
    [InlineData("using var mode = set_grad_enabled(args.Length > 0); await Task.Delay(1); model.call(x);")]
    [InlineData("using (no_grad()) { Func<Task> later = async () => { await Task.Delay(1); model.call(x); }; model.call(x); }")]
    [InlineData("using (no_grad()) { await Task.Delay(1); using (no_grad()) { } }")]
    [InlineData("using (no_grad()) { Task.Run(() => { using var inner = no_grad(); model.call(x); }).Wait(); }")]
    [InlineData("using (no_grad()) { Task.Run(() => Console.WriteLine(sum)).Wait(); Parallel.For(0, 3, i => { sum += i; }); }")]
    [InlineData("using (no_grad()) { sum = inputs.Select(one => model.call(one).sum().item<float>()).Sum(); }")]
    [InlineData("using (var scope = NewDisposeScope()) { await Task.Delay(1); using var y = x.exp(); sum = y.item<float>(); }")]
    [InlineData("using (NewDisposeScope()) { Task.Run(() => { using var inner = NewDisposeScope(); sum = x.exp().item<float>(); }).Wait(); }")]
    [InlineData("using var stream = new System.IO.MemoryStream(); await Task.Delay(1); model.call(x);")]
    public Task What_stays_on_its_thread_is_silent(string code) => Verify<AwaitInThreadBoundScope>.Silent(Start + code);

    [Fact]
    public Task An_iterator_of_numbers_or_with_closed_scopes_is_silent() => Verify<AwaitInThreadBoundScope>.Silent("""
        class Scores(nn.Module<Tensor, Tensor> model)
        {
            public IEnumerable<float> Of(IEnumerable<Tensor> batches)
            {
                using var mode = no_grad();
                foreach (Tensor x in batches)
                {
                    yield return model.call(x).sum().item<float>();
                }
            }

            public IEnumerable<Tensor> Outputs(IEnumerable<Tensor> batches)
            {
                foreach (Tensor x in batches)
                {
                    Tensor output;
                    using (no_grad())
                    {
                        output = model.call(x);
                    }
                    yield return output;
                }
            }
        }
        """);

    [Fact]
    public Task A_message_loop_brings_the_rest_back_to_its_thread() => Verify<AwaitInThreadBoundScope>.Silent("""
        class Window(nn.Module<Tensor, Tensor> model)
        {
            public async Task<float> Score(Tensor x)
            {
                using var mode = no_grad();
                await Task.Delay(1);
                return model.call(x).sum().item<float>();
            }
        }
        """, "namespace System.Windows.Threading { public class Dispatcher { } }");

    [Theory]
    [InlineData("using (no_grad()) { await ; model.call( }")]
    [InlineData("using var scope = NewDisposeScope(; await Task.Delay(1);")]
    public Task Broken_code_is_silent(string code) => Verify<AwaitInThreadBoundScope>.SilentOnBroken(Start + code);
}

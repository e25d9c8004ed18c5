using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class TensorsOutliveStepTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = randint(3, new long[] { 8 });
        var model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3));
        var sgd = optim.SGD(model.parameters(), 0.1);

        """;

    private const string Step = "sgd.zero_grad(); var loss = cross_entropy(model.call(x), y); loss.backward(); sgd.step();";

    [Fact]
    public Task A_loop_that_leaves_its_tensors_is_flagged() => Verify<TensorsOutliveStep>.Flags(
        Start + "[|foreach|] (var a in args) { " + Step + " }",
        "Each round of this loop leaves the tensors of 'loss.backward()' to the garbage collector, which does not see their memory. Begin the round with 'using var scope = NewDisposeScope();'.");

    [Fact]
    public Task The_backward_is_the_second_place() => Verify<TensorsOutliveStep>.Points(Start + "[|while|] (args.Length > 0) { " + Step + " }", "loss.backward()");

    [Theory]
    [InlineData("[|for|] (int i = 0; i < 1000; i++) { STEP }")]
    [InlineData("[|do|] { STEP } while (args.Length > 0);")]
    [InlineData("for (int epoch = 0; epoch < 3; epoch++) { [|foreach|] (var a in args) { STEP } Console.WriteLine(epoch); }")]
    [InlineData("for (int epoch = 0; epoch < 3; epoch++) { model.train(); [|for|] (int i = 0; i < 5; i++) { STEP } }")]
    [InlineData("[|foreach|] (var a in args) Fit(); void Fit() { STEP }")]
    [InlineData("foreach (var a in args) Epoch(); void Epoch() { [|foreach|] (var b in args) { STEP } }")]
    [InlineData("[|foreach|] (var a in args) { Loss().backward(); sgd.step(); } Tensor Loss() { sgd.zero_grad(); return cross_entropy(model.call(x), y); }")]
    [InlineData("Action fit = () => { [|foreach|] (var a in args) { STEP } }; fit();")]
    [InlineData("foreach (var a in args) { sgd.zero_grad(); [|for|] (int k = 0; k < 4; k++) { (cross_entropy(model.call(x), y) / 4).backward(); } sgd.step(); }")]
    [InlineData("[|foreach|] (var a in args) { using var file = System.IO.File.OpenRead(a); STEP using (no_grad()) Console.WriteLine(loss.item<float>()); }")]
    [InlineData("[|foreach|] (var a in args) { STEP } foreach (var a in args) { using var scope = NewDisposeScope(); model.call(x); }")]
    [InlineData("var lbfgs = optim.LBFGS(model.parameters()); [|foreach|] (var a in args) { lbfgs.step(() => { lbfgs.zero_grad(); var loss = cross_entropy(model.call(x), y); loss.backward(); return loss; }); }")]
    public Task Wherever_the_step_is_written(string code) => Verify<TensorsOutliveStep>.Flags(Start + code.Replace("STEP", Step, StringComparison.Ordinal));

    [Theory]
    [InlineData("foreach (var a in args) { using var scope = NewDisposeScope(); STEP }")]
    [InlineData("foreach (var a in args) { using (NewDisposeScope()) { STEP } }")]
    [InlineData("foreach (var a in args) { Fit(); void Fit() { using var scope = NewDisposeScope(); STEP } }")]
    [InlineData("foreach (var a in args) Fit(); void Fit() { using var scope = NewDisposeScope(); STEP }")]
    [InlineData("foreach (var a in args) Scoped(() => { STEP }); static void Scoped(Action run) { using var scope = NewDisposeScope(); run(); }")]
    [InlineData("using (var all = NewDisposeScope()) foreach (var a in args) { STEP all.DisposeEverything(); }")]
    [InlineData("using var all = NewDisposeScope(); foreach (var a in args) { STEP }")]
    [InlineData("foreach (var a in args) { using var epoch = NewDisposeScope(); Epoch(); } void Epoch() { foreach (var b in args) { STEP } }")]
    [InlineData("var all = NewDisposeScope(); try { foreach (var a in args) { STEP } } finally { all.Dispose(); }")]
    [InlineData("foreach (var a in args) { sgd.zero_grad(); using var output = model.call(x); cross_entropy(output, y).backward(); sgd.step(); }")]
    [InlineData("foreach (var a in args) { STEP loss.Dispose(); }")]
    [InlineData("foreach (var a in args) { STEP Free(loss); } static void Free(Tensor tensor) => tensor.Dispose();")]
    [InlineData("foreach (var a in args) { STEP Free(loss); } static void Free(Tensor tensor) { using var own = tensor; }")]
    [InlineData("foreach (var a in args) { STEP GC.Collect(); }")]
    [InlineData("foreach (var a in args) { foreach (var b in args) { STEP } GC.Collect(); }")]
    [InlineData("foreach (var a in args) { using var own = new Scope(); STEP }")]
    [InlineData("Action<Tensor>? seen = args.Length > 0 ? t => t.Dispose() : null; foreach (var a in args) { STEP seen?.Invoke(loss); }")]
    [InlineData("for (int i = 0; i < 10; i++) { STEP }")]
    [InlineData("STEP")]
    [InlineData("foreach (var a in args) { var output = model.call(x); Console.WriteLine(output.argmax(1).eq(y).sum().item<long>()); } STEP")]
    [InlineData("x.requires_grad = true; foreach (var a in args) { cross_entropy(model.call(x), y).backward(); }")]
    [InlineData("while (true) { STEP break; }")]
    public Task What_is_disposed_of_or_may_be_or_is_no_training_loop_is_silent(string code) => Verify<TensorsOutliveStep>.Silent(
        Start + code.Replace("STEP", Step, StringComparison.Ordinal) + " sealed class Scope : IDisposable { readonly DisposeScope inner = NewDisposeScope(); public void Dispose() => inner.Dispose(); }");

    private const string Trainer = """
        abstract class Trainer
        {
            protected abstract Tensor Loss(Tensor x);
            public void Fit(optim.Optimizer optimizer, IEnumerable<Tensor> batches)
            {
                LOOP (var batch in batches)
                {
                    optimizer.zero_grad();
                    Loss(batch).backward();
                    optimizer.step();
                }
            }
        }
        class Regression : Trainer
        {
            readonly Linear net = nn.Linear(4, 1);
            protected override Tensor Loss(Tensor x) => net.call(x).square().mean();
        }
        """;

    [Fact]
    public Task An_override_that_is_out_of_sight_may_do_anything() => Verify<TensorsOutliveStep>.Silent(Trainer.Replace("LOOP", "foreach", StringComparison.Ordinal));

    [Theory]
    [InlineData("class Fitting : IDisposable { readonly DisposeScope all = NewDisposeScope(); BODY public void Dispose() => all.Dispose(); }")]
    [InlineData("class Fitting : Scoped { BODY } abstract class Scoped : IDisposable { private DisposeScope? All { get; } = NewDisposeScope(); public void Dispose() => All?.Dispose(); }")]
    public Task A_scope_that_the_class_holds_is_silent(string type) => Verify<TensorsOutliveStep>.Silent(type.Replace("BODY", Fit, StringComparison.Ordinal));

    [Theory]
    [InlineData("class Fitting { BODY }")]
    [InlineData("class Fitting { readonly DisposeScope all = new(); BODY } sealed class DisposeScope;")]
    public Task A_class_that_holds_none_is_flagged(string type) => Verify<TensorsOutliveStep>.Flags(
        type.Replace("BODY", Fit.Replace("while", "[|while|]", StringComparison.Ordinal), StringComparison.Ordinal));

    private const string Fit = """
        readonly Linear net = nn.Linear(4, 1);
        public void Fit(optim.Optimizer optimizer)
        {
            while (true)
            {
                optimizer.zero_grad();
                net.call(rand(2, 4)).square().mean().backward();
                optimizer.step();
            }
        }
        """;

    [Fact]
    public Task A_method_of_a_base_class_is_followed() => Verify<TensorsOutliveStep>.Flags(Trainer.Replace("LOOP", "[|foreach|]", StringComparison.Ordinal)
        .Replace("protected abstract Tensor Loss(Tensor x);", "private readonly Linear net = nn.Linear(4, 1); private Tensor Loss(Tensor x) => net.call(x).square().mean();", StringComparison.Ordinal)
        .Replace("protected override Tensor Loss", "Tensor Score", StringComparison.Ordinal));

    [Fact]
    public Task The_fix_opens_a_scope_in_each_round() => Verify<TensorsOutliveStep>.Fixes(Start + """
        float scope = 0;
        [|foreach|] (var a in args)
        {
            // One step.
            sgd.zero_grad(); // fresh
            var loss = Loss(x, y);
            loss.backward();
            sgd.step();
            scope += loss.item<float>();
            Console.WriteLine(loss);
        }

        Tensor Loss(Tensor input, Tensor target) => cross_entropy(model.call(input), target);
        """, Start + """
        float scope = 0;
        foreach (var a in args)
        {
            using var scope2 = NewDisposeScope();
            // One step.
            sgd.zero_grad(); // fresh
            var loss = Loss(x, y);
            loss.backward();
            sgd.step();
            scope += loss.item<float>();
            Console.WriteLine(loss);
        }

        Tensor Loss(Tensor input, Tensor target) => cross_entropy(model.call(input), target);
        """);

    [Theory]
    [InlineData("[|foreach|] (var a in args) { STEP x = model.call(x).detach(); }")]
    [InlineData("Tensor? last = null; [|foreach|] (var a in args) { STEP last = loss; }")]
    [InlineData("Best best = default; [|foreach|] (var a in args) { STEP best = new Best(loss, 1); } Console.WriteLine(best);")]
    [InlineData("var losses = new List<Tensor>(); [|foreach|] (var a in args) { STEP losses.Add(loss.detach()); }")]
    [InlineData("var kept = new Kept(); [|foreach|] (var a in args) { STEP kept.Keep(loss); }")]
    [InlineData("var state = new Stateful(); var adam = optim.Adam(state.parameters()); [|foreach|] (var a in args) { adam.zero_grad(); state.call(x).sum().backward(); adam.step(); }")]
    [InlineData("var own = new Own(model.parameters()); [|foreach|] (var a in args) { own.zero_grad(); model.call(x).sum().backward(); own.step(); }")]
    [InlineData("[|foreach|] (var a in args) { STEP await Task.Yield(); }")]
    [InlineData("[|foreach|] (var a in args) { STEP args.ToList().ForEach(b => Console.WriteLine(loss)); }")]
    [InlineData("[|foreach|] (var a in args) Fit(); void Fit() { STEP }")]
    [InlineData("Console.WriteLine(First()); Tensor First() { [|foreach|] (var a in args) { STEP if (a.Length > 0) return loss; } return x; }")]
    public Task There_is_no_fix_where_something_may_be_needed_later(string code) => Verify<TensorsOutliveStep>.HasNoFix(Start + code.Replace("STEP", Step, StringComparison.Ordinal) + """

        class Kept { Tensor? last; public void Keep(Tensor one) => last = one; public override string ToString() => $"{last}"; }
        readonly record struct Best(Tensor Loss, int Epoch);
        class Own(IEnumerable<Parameter> all) : SGD(all, 0.1)
        {
            readonly List<Tensor> before = [];
            public override Tensor step(Func<Tensor>? closure = null) { before.AddRange(all.Select(p => p.clone())); return base.step(closure); }
        }
        class Stateful : nn.Module<Tensor, Tensor>
        {
            readonly Linear inner = nn.Linear(4, 4);
            Tensor? hidden;
            public Stateful() : base(nameof(Stateful)) => RegisterComponents();
            public override Tensor forward(Tensor x) => hidden = inner.call(hidden is null ? x : x + hidden.detach());
        }
        """);

    [Fact]
    public Task Broken_code_is_survived() => Verify<TensorsOutliveStep>.SilentOnBroken("class T { void M() { foreach (var x in ) { x.backward(; s.step( } for (;;) { ");
}

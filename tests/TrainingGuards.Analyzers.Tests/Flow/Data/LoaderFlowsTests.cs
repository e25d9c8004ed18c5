using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class LoaderFlowsTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.utils.data;
        var model = nn.Linear(4, 3);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        TensorDataset data = TensorDataset(rand(64, 4), zeros(64));
        double total = 0;

        """;

    private const string Loader = "var loader = [|DataLoader(data, 8)|]; ";
    private const string Loss = "cross_entropy(model.call(batch[0]), batch[1])";
    private const string Train = "foreach (var batch in loader) { " + Loss + ".backward(); optimizer.step(); } ";
    private const string Test = "foreach (var batch in loader) { total += " + Loss + ".item<float>(); } ";

    [Theory]
    [InlineData(Loader + Train, "Training")]
    [InlineData(Loader + Test, "Evaluation")]
    [InlineData(Loader + Train + Test, "Training Evaluation")]
    [InlineData(Loader + "foreach (var (batch, i) in loader.Select((batch, i) => (batch, i))) { var scores = model.call(batch[0]); total += scores.argmax(1).eq(batch[1]).sum().ToInt64(); }", "Evaluation")]
    [InlineData(Loader + "foreach (var batch in loader) { var loss = Loss(batch); loss.backward(); optimizer.step(); } Tensor Loss(IList<Tensor> batch) => " + Loss + ";", "Training")]
    [InlineData(Loader + "foreach (var batch in loader) optimizer.step(() => { var loss = " + Loss + "; loss.backward(); return loss; });", "Training")]
    [InlineData(Loader + "foreach (var batch in loader) { if (batch[0].shape[0] < 8) continue; if (total > 1e6) break; " + Loss + ".backward(); if (total % 4 == 0) optimizer.step(); }", "Training")]
    [InlineData(Loader + "foreach (var batch in loader) { total += batch[0].sum().item<float>(); }", "Unknown")]
    [InlineData(Loader + "foreach (var batch in loader) { " + Loss + ".backward(); } optimizer.step();", "Unknown")]
    [InlineData(Loader + "bool training = args.Length > 0; foreach (var batch in loader) { var loss = " + Loss + "; total += loss.item<float>(); if (!training) continue; loss.backward(); optimizer.step(); }", "Unknown")]
    [InlineData(Loader + "foreach (var batch in loader) { var loss = " + Loss + "; if (is_grad_enabled()) { loss.backward(); optimizer.step(); } }", "Unknown")]
    [InlineData(Loader + "foreach (var batch in loader) { var loss = " + Loss + "; bool learns = model.training; if (learns) { loss.backward(); optimizer.step(); } }", "Unknown")]
    [InlineData(Loader + "foreach (var batch in loader) Step(batch, optimizer); Step([], null); void Step(IList<Tensor> batch, optim.Optimizer? any) { var loss = " + Loss + "; if (any != null) { loss.backward(); any.step(); } }", "Unknown")]
    [InlineData(Loader + "var list = new List<Tensor>(); foreach (var batch in loader) list.Add(model.call(batch[0]));", "Unknown")]
    [InlineData(Loader + "foreach (var x in new[] { data }) { optimizer.step(); } Console.WriteLine(loader.Count); loader.Dispose(); loader?.Dispose();", "")]
    [InlineData(Loader + "Fit(loader); void Fit(IEnumerable<IList<Tensor>> loader) { Epoch(loader); void Epoch(IEnumerable<IList<Tensor>> loader) { " + Train + "} }", "Training")]
    [InlineData("var trainer = new Trainer([|DataLoader(data, 8)|], model, optimizer); trainer.Fit(); class Trainer { readonly IterableDataLoader _batches; readonly Linear model; readonly optim.Optimizer optimizer; public Trainer(IterableDataLoader batches, Linear m, optim.Optimizer o) { _batches = batches; (model, optimizer) = (m, o); } public void Fit() { var loader = _batches; " + Train + "} }", "Training")]
    [InlineData("var loader = [|new TorchSharp.Modules.DataLoader<IList<Tensor>, Batch>(data, 8, (rows, _) => new Batch { X = rows.First()[0], Y = rows.First()[1] })|]; foreach (var batch in loader) { cross_entropy(model.call(batch.X), batch.Y).backward(); optimizer.step(); } class Batch { public required Tensor X, Y; }", "Training")]
    [InlineData("IterableDataLoader Make() => [|DataLoader(data, 8)|]; var loader = Make(); " + Train, "Training")]
    public async Task A_loader_is_followed_to_the_loops_over_its_batches(string code, string expected)
    {
        LoaderFlow flow = await FlowOf(code);
        Assert.Equal(expected, string.Join(' ', flow.Uses.Select(use => use.Use)));
        Assert.False(flow.IsOpen);
    }

    [Theory]
    [InlineData(Loader + "var all = new List<IterableDataLoader> { loader };")]
    [InlineData(Loader + "object any = loader; Console.WriteLine(any);")]
    [InlineData(Loader + "using var batches = loader.GetEnumerator(); batches.MoveNext();")]
    [InlineData(Loader + "if (args.Length > 0) loader = DataLoader(data, 4); " + Train)]
    [InlineData("var loader = args.Length > 0 ? [|DataLoader(data, 8)|] : DataLoader(data, 4); " + Train)]
    [InlineData("var one = new Any([|DataLoader(data, 8)|]); var two = new Any(DataLoader(data, 4)); class Any(IterableDataLoader any) { public long Count => any.Count; }")]
    [InlineData(Loader + "IRun run = new Run(); run.On(loader); interface IRun { void On(IterableDataLoader loader); } class Run : IRun { public void On(IterableDataLoader loader) { } }")]
    public async Task A_loader_that_goes_out_of_sight_is_open(string code) => Assert.True((await FlowOf(code)).IsOpen);

    [Theory]
    [InlineData(Loader + "foreach (var epoch in args) " + Train, true, false)]
    [InlineData(Loader + Train, false, false)]
    [InlineData("foreach (var epoch in args) { " + Loader + Train + " }", true, true)]
    [InlineData(Loader + "while (true) Epoch(loader); void Epoch(IterableDataLoader loader) { " + Train + " }", true, false)]
    [InlineData("while (true) Epoch(); void Epoch() { " + Loader + Train + " }", true, true)]
    [InlineData("while (true) Epoch(); void Epoch() { var loader = Make(); " + Train + " } IterableDataLoader Make() => [|DataLoader(data, 8)|];", true, true)]
    public async Task It_is_enumerated_again_where_a_loop_does_so(string code, bool isRepeated, bool isMadeAnew)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        LoaderUse use = Assert.Single(marked.Program.Loaders.Of(LoaderCreation.Of(marked.Operation, marked.Program)!).Uses);
        var repetitions = use.Repetitions(marked.Program).ToList();
        Assert.Equal(isRepeated, repetitions.Count > 0);
        Assert.Equal(isMadeAnew, repetitions.Exists(repetition => use.IsMadeIn(repetition, marked.Program)));
    }

    [Fact]
    public async Task Every_creation_of_a_program_is_found()
    {
        MarkedProgram marked = await MarkedProgram.In(
            Start + Loader + "IterableDataLoader other = new(data, 4); var more = new IterableDataLoader(data, 2, shuffler: new long[] { 1 }); var own = DataLoaders(); static int DataLoaders() => 1;");
        var all = LoaderCreation.AllIn(marked.Program).ToList();
        Assert.Equal(["loader", "more", "other"], all.Select(creation => creation.Name).Order(StringComparer.Ordinal));
        Assert.Equal("more", all.Single(creation => creation.HasShuffler).Name);
    }

    private static async Task<LoaderFlow> FlowOf(string code)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        return marked.Program.Loaders.Of(LoaderCreation.Of(marked.Operation, marked.Program)!);
    }
}

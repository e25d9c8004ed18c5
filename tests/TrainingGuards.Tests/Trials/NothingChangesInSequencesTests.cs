using TrainingGuards.Tests.Docs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Trials;

/// <summary>The same for a language model that the user loaded once, also where its forward throws half-way: checks of sequences do nothing to a classifier.</summary>
public sealed class NothingChangesInSequencesTests
{
    // What a user gives, an augmentation for one, is given for classifiers.
    public static TheoryData<string> Names => [.. AllChecks.All.Select(check => check.Name).Where(name => !AllChecks.IsGiven(name))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Around_every_check(string name) => Unchanged(setup => setup.Judge(AllChecks.Named(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Around_every_check_whose_second_forward_throws(string name) => Unchanged(setup =>
    {
        int calls = 0;
        Record.Exception(() => (setup with { Forward = (model, inputs) => ++calls == 2 ? throw new InvalidOperationException() : ((Loaded)model).call(inputs) }).Judge(AllChecks.Named(name)));
    });

    [Theory]
    [InlineData("TimeIsCausal"), InlineData("TargetsAreShifted"), InlineData("PaddingIsIgnored")]
    public void No_tensor_is_left_behind(string name)
    {
        Setup setup = SoundSetups.LstmLanguageModel;
        setup.MustSatisfy(AllChecks.Named(name));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int time = 0; time < 3; time++) setup.Judge(AllChecks.Named(name));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(Tensor.TotalCount <= before, $"{name} leaves {(Tensor.TotalCount - before) / 3.0} tensors behind each time.");
    }

    private static void Unchanged(Action<Setup> act)
    {
        using var loaded = new CausalTransformer();
        (Tensor inputs, Tensor next) = SampleData.Sentences(16, padding: 0, ignored: 0);
        loaded.call(inputs).sum().backward();
        loaded.eval();
        using IDisposable grad = no_grad();
        Snapshot before = Snapshot.Of(loaded, inputs, next);
        act(SoundSetups.CausalTransformer with { Device = CPU, Model = () => new Loaded(loaded), Batch = () => (inputs, next) });
        before.MustEqual(Snapshot.Of(loaded, inputs, next));
    }

    private sealed class Loaded : nn.Module<Tensor, Tensor>
    {
        private readonly CausalTransformer transformer;

        public Loaded(CausalTransformer transformer) : base(nameof(Loaded))
        {
            this.transformer = transformer;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => transformer.call(x);
    }
}

using TorchSharp.Modules;
using TrainingGuards.Tests.Docs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Trials;

/// <summary>Whatever a check does, also where it throws: what is the user's and the process's is as it was, to the bit.</summary>
public sealed class NothingChangesTests
{
    public static TheoryData<string> Names => AllChecks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Around_every_check(string name) => Unchanged(setup => setup.Judge(AllChecks.Named(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Around_every_check_whose_second_forward_throws(string name) => Unchanged(setup =>
    {
        int calls = 0;
        Record.Exception(() => (setup with
        {
            Forward = (model, inputs) => ++calls == 2 ? throw new InvalidOperationException() : ((PretrainedEncoder)model).call(inputs),
            Evaluate = null,
        }).Judge(AllChecks.Named(name)));
    });

    [Fact]
    public void Around_a_check_that_throws() => Unchanged(setup => Assert.Throws<InvalidOperationException>(() => setup.Judge(new Throws())));

    [Fact]
    public void Around_a_loss_that_throws() => Unchanged(setup =>
        Assert.Throws<InvalidOperationException>(() => (setup with { Loss = (_, _) => throw new InvalidOperationException() }).Judge(AllChecks.Named("EveryParameterLearns"))));

    [Fact]
    public void Around_an_evaluation_that_throws() => Unchanged(setup =>
        Assert.Throws<InvalidOperationException>(() => (setup with { Evaluate = _ => throw new InvalidOperationException() }).Judge(AllChecks.Named("EvaluationIsRepeatable"))));

    [Fact]
    public void Around_a_second_factory_call_that_throws() => Unchanged(setup =>
    {
        int built = 0;
        Func<nn.Module> model = setup.Model!;
        Assert.Throws<InvalidOperationException>(() => (setup with { Model = () => ++built == 2 ? throw new InvalidOperationException() : model() }).Judge(new Throws()));
    });

    [Fact]
    public void Around_a_check_that_is_cancelled() => Unchanged(setup =>
        Assert.ThrowsAny<OperationCanceledException>(() => setup.Judge(AllChecks.Named("EveryParameterLearns"), new CancellationToken(canceled: true))));

    [Theory]
    [MemberData(nameof(Names))]
    public void No_tensor_is_left_behind(string name)
    {
        using Sequential encoder = PretrainedEncoder.NewEncoder();
        using Tensor inputs = randn(32, 8), classes = arange(32).remainder(4);
        Setup setup = SetupOf(encoder, (inputs, classes));
        setup.Judge(AllChecks.Named(name));
        long before = Tensor.TotalCount;
        setup.Judge(AllChecks.Named(name));
        Assert.True(Tensor.TotalCount <= before, $"{name} leaves {Tensor.TotalCount - before} tensors behind each time.");
    }

    private static void Unchanged(Action<Setup> act)
    {
        using Sequential encoder = PretrainedEncoder.NewEncoder();
        (Tensor inputs, Tensor classes) = SampleData.Blobs(32, 8, 4);
        encoder.call(inputs).sum().backward();
        encoder.eval();
        Parameter hidden = encoder.parameters().First();
        hidden.requires_grad = false;
        using IDisposable grad = no_grad();
        Snapshot before = Snapshot.Of(encoder, inputs, classes);

        act(SetupOf(encoder, (inputs, classes)));

        before.MustEqual(Snapshot.Of(encoder, inputs, classes));
        Assert.Same(hidden, encoder.parameters().First());
    }

    private static Setup SetupOf(nn.Module<Tensor, Tensor> encoder, Batch batch) => new()
    {
        Device = CPU,
        Model = () => new PretrainedEncoder(encoder),
        Batch = () => batch,
        Loss = (output, target) => cross_entropy(output, target),
        OptimizerFor = model =>
        {
            foreach (Parameter parameter in model.parameters()) parameter.requires_grad = true;
            return optim.Adam(model.parameters(), lr: 1e-2);
        },
        Evaluate = model =>
        {
            using var scope = NewDisposeScope();
            model.eval();
            double value = cross_entropy(((PretrainedEncoder)model).call(batch.Inputs), batch.Targets).ToDouble();
            model.train();
            return value;
        },
    };

    /// <summary>Does what a check may do, and throws half-way.</summary>
    private sealed class Throws : Check
    {
        public override string Claim => "It throws.";

        protected internal override Findings Measure(Trial trial)
        {
            trial.Step(trial.Batch);
            trial.Model.eval();
            foreach (Parameter parameter in trial.Model.parameters()) parameter.requires_grad = false;
            _ = set_grad_enabled(true);
            randn(3);
            throw new InvalidOperationException();
        }
    }
}

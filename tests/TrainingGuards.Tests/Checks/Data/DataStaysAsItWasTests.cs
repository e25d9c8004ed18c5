using TrainingGuards.Tests.Docs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

/// <summary>Whatever a check of data does, and where the user's data throw: examples, generator and grad mode are as they were.</summary>
public sealed class DataStaysAsItWasTests
{
    public static TheoryData<string> Names => [.. AllChecks.All.Where(check => AllChecks.Section(check) == "Data").Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void After_a_check(string name) => Unchanged(name, examples => examples.Epoch());

    [Theory]
    [MemberData(nameof(Names))]
    public void After_data_that_throw(string name) => Unchanged(name, Throwing);

    private static IEnumerable<Batch> Throwing(Examples examples)
    {
        int batches = 0;
        foreach (Batch batch in examples.Epoch())
        {
            if (++batches == 3) throw new InvalidOperationException();
            randn(3);
            yield return batch;
        }
    }

    private static void Unchanged(string name, Func<Examples, IEnumerable<Batch>> epoch)
    {
        (Tensor inputs, Tensor labels) = SampleData.Blobs(320, 8, 4);
        using IDisposable grad = no_grad();
        Examples examples = Examples.From(inputs, labels, 32, shuffled: true);
        Setup setup = SoundSetups.Classifier with
        {
            Batch = () => (inputs, labels),
            Evaluate = null,
            Training = Examples.From(() => epoch(examples)),
            Validation = Examples.From(() => epoch(examples)),
        };
        byte[][] before = Bits();

        Record.Exception(() => setup.Judge(AllChecks.Named(name)));
        Record.Exception(() => (setup with { Training = examples }).Judge(AllChecks.Named(name)));

        Assert.Equal(before, Bits());
        Assert.False(is_grad_enabled());

        byte[][] Bits() => [inputs.bytes.ToArray(), labels.bytes.ToArray(), get_rng_state().bytes.ToArray()];
    }
}

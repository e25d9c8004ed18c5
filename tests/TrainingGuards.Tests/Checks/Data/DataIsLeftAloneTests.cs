using TrainingGuards.Tests.Docs;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using TrainingGuards.Tests.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

/// <summary>What a check of data reads is as it was, also where the user's epoch throws, and on a GPU it stays there.</summary>
public sealed class DataIsLeftAloneTests : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable("MANAGED_TORCH_CUDA");

    public static TheoryData<string> Names => ["ExamplesAreUnique", "InputsAreScaled", "LabelsAgreeWithNeighbours", "LabelsAreBalanced", "PreprocessingMatches", "SplitsAreDisjoint", "SplitsShareClasses", "TargetsAreValid"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_changed_and_no_tensor_is_left_behind(string name) => Unchanged(setup => setup.Judge(AllChecks.Named(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Nor_where_an_epoch_throws(string name) => Unchanged(setup => Assert.Throws<InvalidOperationException>(() =>
        (setup with { Training = Examples.From(() => setup.Training!.Epoch().Select((batch, at) => at == 2 ? throw new InvalidOperationException() : batch)) }).Judge(AllChecks.Named(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Nor_where_a_validation_epoch_throws(string name) => Unchanged(setup => Record.Exception(() =>
        (setup with { Validation = Examples.From(() => setup.Validation!.Epoch().Select((batch, at) => at == 2 ? throw new InvalidOperationException() : batch)) }).Judge(AllChecks.Named(name))));

    [Theory]
    [InlineData("ExamplesAreUnique"), InlineData("LabelsAgreeWithNeighbours"), InlineData("SplitsAreDisjoint")]
    public void Nor_where_examples_are_read_as_they_are_stored(string name) => Unchanged(setup =>
        (setup with { Training = setup.Training!.Augmented(_ => throw new InvalidOperationException()), Validation = setup.Validation!.Augmented(_ => throw new InvalidOperationException()) }).Judge(AllChecks.Named(name)).MustBe(Outcome.Holds, Outcome.NotApplicable));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_lies_on_a_gpu_is_read_there(string name)
    {
        Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", "1");
        if (!cuda.is_available()) return;
        foreach (string kind in new[] { "blobs", "digits of mostly zeros", "several labels", "tokens" })
        {
            Setup sound = OnCuda(DataSets.Named(kind, 0));
            Verdict verdict = sound.Judge(AllChecks.Named(name));
            verdict.MustBe(Outcome.Holds, Outcome.NotApplicable);
        }
        Setup leaking = DataSets.Leaking(DataSets.Repeated(DataSets.Named("blobs", 0)));
        Setup broken = OnCuda(name is "LabelsAgreeWithNeighbours" ? WrongLabels.InPart(0.4) : DataSets.WithTargets(DataSets.WithInputs(leaking with { Validation = leaking.Validation }, x => name is "InputsAreScaled" or "PreprocessingMatches" ? (x * 300) + 300 : x), y => name is "TargetsAreValid" or "LabelsAreBalanced" or "SplitsShareClasses" ? y * 3 : y));
        broken.Judge(AllChecks.Named(name)).MustBe(Outcome.Broken);
        DataSets.Augmented(OnCuda(DataSets.Named("blobs", 0))).Judge(AllChecks.Named(name)).MustBe(Outcome.Holds, Outcome.NotApplicable);
        DataSets.Augmented(broken).Judge(AllChecks.Named(name)).MustBe(Outcome.Broken);
    }

    public void Dispose() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", _before);

    private static Setup OnCuda(Setup setup)
    {
        Examples Moved(Examples examples) => Examples.From(() => examples.Epoch().Select(batch => new Batch(batch.Inputs[0].to(CUDA), batch.Targets[0].to(CUDA))));
        return setup with { Training = Moved(setup.Training!), Validation = Moved(setup.Validation!) };
    }

    private static void Unchanged(Action<Setup> act)
    {
        using Tensor inputs = randn(160, 8), classes = arange(160).remainder(4);
        Setup setup = DataSets.Named("blobs", 0) with { Device = CPU, Training = Examples.From(inputs, classes, 16, shuffled: true), Validation = Examples.From(inputs + 1, classes, 16) };
        using var model = nn.Linear(1, 1);
        Snapshot before = Snapshot.Of(model, inputs, classes);
        act(setup);
        before.MustEqual(Snapshot.Of(model, inputs, classes));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long live = Tensor.TotalCount;
        for (int time = 0; time < 3; time++) act(setup);
        Assert.True(Tensor.TotalCount <= live, $"{(Tensor.TotalCount - live) / 3.0} tensors are left behind each time.");
    }
}

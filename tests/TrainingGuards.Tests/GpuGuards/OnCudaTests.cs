using TrainingGuards.Tests.Docs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.GpuGuards;

/// <summary>What holds on the CPU holds on a GPU, and what cannot be moved there is refused.</summary>
[Collection(GpuDevice.Name)]
public sealed class OnCudaTests
{
    public static TheoryData<string> Names => AllChecks.Names;

    [GpuTheory]
    [MemberData(nameof(Names))]
    public void Every_check_holds_where_it_holds_on_the_cpu(string name)
    {
        Verdict verdict = (SoundSetups.ConvNet with { Evaluate = null }).Judge(AllChecks.Named(name));
        Assert.True(verdict.Outcome is Outcome.Holds || (verdict.Outcome is Outcome.NotApplicable && (SoundSetups.ConvNet with { Device = CPU, Evaluate = null }).Judge(AllChecks.Named(name)).Outcome is Outcome.NotApplicable), verdict.ToString());
        Assert.EndsWith("cuda", verdict.Setup.Split(':')[0], StringComparison.Ordinal);
    }

    [GpuTheory]
    [InlineData("TimeIsCausal"), InlineData("TargetsAreShifted"), InlineData("PaddingIsIgnored")]
    public void Checks_of_sequences_hold_on_a_language_model(string name)
    {
        Verdict verdict = SoundSetups.CausalTransformer.MustSatisfy(AllChecks.Named(name));
        Assert.EndsWith("cuda", verdict.Setup.Split(':')[0], StringComparison.Ordinal);
    }

    [GpuFact]
    public void What_is_shared_between_builds_is_not_moved()
    {
        using var encoder = PretrainedEncoder.NewEncoder();
        Setup setup = SoundSetups.Classifier with { Model = () => new PretrainedEncoder(encoder), Evaluate = null };
        SetupException refused = Assert.Throws<SetupException>(() => setup.Judge(AllChecks.Named("ExamplesAreIsolated")));
        Assert.Contains("is the same tensor at each call of Model, on cpu, while the guards run on cuda", refused.Message, StringComparison.Ordinal);
        Assert.All(encoder.parameters(), parameter => Assert.Equal(TorchSharp.DeviceType.CPU, parameter.device_type));
    }

    [GpuFact]
    public void A_model_on_two_devices_is_refused()
    {
        Setup setup = SoundSetups.Classifier with { Model = () => nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 4, device: CUDA)), Evaluate = null };
        SetupException refused = Assert.Throws<SetupException>(() => setup.Judge(AllChecks.Named("ExamplesAreIsolated")));
        Assert.Contains("on two devices: `0.weight` on cpu and `1.weight` on cuda", refused.Message, StringComparison.Ordinal);
    }

    [GpuFact]
    public void A_model_on_another_device_than_the_guards_is_refused()
    {
        Setup setup = SoundSetups.Classifier with { Device = CPU, Model = () => nn.Linear(8, 4, device: CUDA), Evaluate = null };
        SetupException refused = Assert.Throws<SetupException>(() => setup.Judge(AllChecks.Named("ExamplesAreIsolated")));
        Assert.Contains("on cuda", refused.Message, StringComparison.Ordinal);
        Assert.Contains("while the guards run on cpu", refused.Message, StringComparison.Ordinal);
    }
}

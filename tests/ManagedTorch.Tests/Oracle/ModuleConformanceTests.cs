using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Oracle;

/// <summary>Outputs of modules and gradients by their parameters that PyTorch computed, reproduced.</summary>
public class ModuleConformanceTests
{
    public static TheoryData<string> Modules => [.. OracleFile.Cases.Where(known => ModuleCalls.Table.ContainsKey(known.Call)).Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_computes_and_learns_as_in_PyTorch(string name) => Reproduce(name, float32, relative: 1e-4, absolute: 1e-6);

    [Theory]
    [MemberData(nameof(Modules))]
    public void In_bfloat16_it_does_so_nearly(string name) => Reproduce(name, bfloat16, relative: 0.02, absolute: 0.03);

    // The absolute tolerance is a part of the largest element.
    private static void Reproduce(string name, ScalarType type, double relative, double absolute)
    {
        OracleCase known = OracleFile.Named(name);
        using DisposeScope scope = NewDisposeScope();
        var (module, run) = ModuleCalls.Table[known.Call]();
        module.to(type);
        Dictionary<string, OracleTensor> parameters = Parameters(known);
        Assert.Equal(parameters.Keys, module.named_parameters().Select(p => p.name));
        using (no_grad())
        {
            foreach (var (parameter, value) in module.named_parameters()) value.copy_(parameters[parameter].ToTensor());
        }

        Tensor input = known.Inputs![0].ToTensor();
        if (input.is_floating_point()) input = input.to(type);
        if (known.Inputs[0].Grad is not null) input.requires_grad_();
        Tensor output = run(input);
        Close(known.Outputs![0].Data, output);
        output.backward([known.Cotangent!.ToTensor().to(type)]);
        if (known.Inputs[0].Grad is { } gradient) Close(gradient, input.grad!);
        foreach (var (parameter, value) in module.named_parameters()) Close(parameters[parameter].Grad!, value.grad!);

        void Close(double[] expected, Tensor actual)
        {
            Assert.Equal(type, actual.dtype);
            double[] elements = actual.detach().to(float64).data<double>().ToArray();
            Assert.Equal(expected.Length, elements.Length);
            double scale = expected.Max(Math.Abs);
            Assert.All(expected.Zip(elements), pair =>
                Assert.True(Math.Abs(pair.First - pair.Second) <= Math.Max(relative * Math.Abs(pair.First), absolute * scale), $"{pair.Second} instead of {pair.First}"));
        }
    }

    // An embedding's weight is its second input.
    private static Dictionary<string, OracleTensor> Parameters(OracleCase known) =>
        known.More.TryGetValue("parameters", out JsonElement parameters)
            ? parameters.Deserialize<Dictionary<string, OracleTensor>>()!
            : new() { [nameof(Embedding.weight)] = known.Inputs![1] };
}

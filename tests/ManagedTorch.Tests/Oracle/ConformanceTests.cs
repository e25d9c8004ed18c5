using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Oracle;

/// <summary>Outputs and gradients that PyTorch computed, reproduced.</summary>
public class ConformanceTests
{
    private const double RelativeTolerance = 1e-4;

    /// <summary>One table a family of calls: what a call's text does, by this library's public members.</summary>
    private static readonly Dictionary<string, Func<OracleCase, Tensor[], Tensor[]>> Calls = new(CoreCalls.Table.Concat(LayerCalls.Table));

    public static TheoryData<string> Covered => [.. OracleFile.Cases.Where(c => Calls.ContainsKey(Key(c))).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Covered))]
    public void Outputs_and_gradients_are_those_of_PyTorch(string name)
    {
        OracleCase known = OracleFile.Named(name);
        using DisposeScope scope = NewDisposeScope();
        Tensor[] inputs = Array.ConvertAll(known.Inputs!, i => i.Grad is null ? i.ToTensor() : i.ToTensor().requires_grad_());
        Tensor[] outputs = Calls[Key(known)](known, inputs);

        Assert.Equal(known.Outputs!.Length, outputs.Length);
        for (int i = 0; i < outputs.Length; i++) Same(known.Outputs[i].Data, known.Outputs[i].Shape, outputs[i], $"output {i}");
        if (known.Cotangent is null) return;
        Assert.Equal(known.Outputs[0].Type, outputs[0].dtype);
        outputs[0].backward([known.Cotangent.ToTensor()]);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (known.Inputs![i].Grad is { } gradient) Same(gradient, known.Inputs[i].Shape, inputs[i].grad!, $"gradient of input {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Covered))]
    public void In_float16_and_bfloat16_they_are_those_of_float32_nearly(string name)
    {
        OracleCase known = OracleFile.Named(name);
        foreach (ScalarType type in (ReadOnlySpan<ScalarType>)[float16, bfloat16])
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor[] outputs, Tensor[] gradients) = Run(type, type);
            (Tensor[] expected, Tensor[] expectedGradients) = Run(type, float32);
            Assert.Equal(expected[0].is_floating_point() ? type : expected[0].dtype, outputs[0].dtype);
            Assert.All(gradients, gradient => Assert.Equal(type, gradient.dtype));
            foreach (var (narrow, wide) in outputs.Concat(gradients).Zip(expected.Concat(expectedGradients)))
            {
                double unit = type == float16 ? 1.0 / 1024 : 1.0 / 128, scale = wide.numel() == 0 ? 0 : wide.to(float64).abs().max().item<double>();
                Assert.True(narrow.to(float64).allclose(wide.to(float64), rtol: 4 * unit, atol: 2 * unit * scale), $"{narrow.npstr()} is not {wide.npstr()}");
            }
        }

        // Inputs are rounded to one type, and computed with as another.
        (Tensor[] Outputs, Tensor[] Gradients) Run(ScalarType rounded, ScalarType computed)
        {
            Tensor[] inputs = Array.ConvertAll(known.Inputs!, i =>
            {
                Tensor input = i.ToTensor();
                if (input.is_floating_point()) input = input.to(rounded).to(computed);
                return i.Grad is null ? input : input.requires_grad_();
            });
            Tensor[] outputs = Calls[Key(known)](known, inputs);
            if (known.Cotangent is null) return (outputs, []);
            outputs[0].backward([known.Cotangent.ToTensor().to(rounded).to(computed)]);
            return (outputs, [.. inputs.Where(i => i.requires_grad).Select(i => i.grad!)]);
        }
    }

    [Fact]
    public void Every_case_is_covered()
    {
        string[] forgotten = [.. OracleFile.Cases.Where(c => !Calls.ContainsKey(Key(c)) && !TrainingCalls.Cover(c) && !ModuleCalls.Table.ContainsKey(c.Call)).Select(c => c.Call)];
        Assert.Empty(forgotten);
    }

    // The reductions of one name differ in their arguments, which the case holds.
    private static string Key(OracleCase known)
    {
        int arguments = known.Call.IndexOf("(dim [", StringComparison.Ordinal);
        return arguments < 0 ? known.Call : string.Concat(known.Call.AsSpan(0, arguments), "(dim [0], keepdim False)");
    }

    private static void Same(double[] expected, long[] shape, Tensor actual, string what)
    {
        Assert.Equal(shape, actual.shape);
        double[] elements = actual.detach().to(float64).data<double>().ToArray();
        double scale = Math.Max(expected.DefaultIfEmpty(0).Max(Math.Abs), 1e-3);
        for (int i = 0; i < expected.Length; i++)
        {
            bool equal = expected[i].Equals(elements[i]) || Math.Abs(expected[i] - elements[i]) <= RelativeTolerance * Math.Max(Math.Abs(expected[i]), 1e-2 * scale);
            Assert.True(equal, $"{what}, element {i}: {elements[i]:g9} instead of {expected[i]:g9}");
        }
    }
}

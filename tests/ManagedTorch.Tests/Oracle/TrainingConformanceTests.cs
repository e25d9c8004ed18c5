using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Oracle;

/// <summary>Whole steps that PyTorch took, taken again.</summary>
public class TrainingConformanceTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Trajectories => Named(known => TrainingCalls.Optimizers.ContainsKey(known.Call));

    public static TheoryData<string> Schedules => Named(known => TrainingCalls.Schedulers.ContainsKey(known.Call));

    public static TheoryData<string> Clippings => Named(known => TrainingCalls.Clipping.ContainsKey(known.Call));

    [Theory]
    [MemberData(nameof(Trajectories))]
    public void An_optimizer_takes_the_steps_of_PyTorch(string name)
    {
        OracleCase known = OracleFile.Named(name);
        using DisposeScope scope = NewDisposeScope();
        Tensor[] inputs = Array.ConvertAll(known.Inputs!, input => input.ToTensor());
        Parameter weight = nn.Parameter(inputs[0]), bias = nn.Parameter(inputs[1]);
        using Optimizer optimizer = TrainingCalls.Optimizers[known.Call]([weight, bias]);
        foreach (JsonElement step in known.More["trajectory"].EnumerateArray())
        {
            optimizer.zero_grad();
            Tensor loss = (inputs[2].matmul(weight) + bias - inputs[3]).square().mean();
            loss.backward();
            optimizer.step();
            Close([step.GetProperty("loss").GetDouble()], [loss.item<float>()]);
            Close(Numbers(step.GetProperty("w")), Elements(weight));
            Close(Numbers(step.GetProperty("b")), Elements(bias));
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void A_scheduler_sets_the_rates_of_PyTorch(string name)
    {
        OracleCase known = OracleFile.Named(name);
        using SGD optimizer = SGD([nn.Parameter(zeros(1))], 0.1, momentum: 0.9);
        lr_scheduler.LRScheduler scheduler = TrainingCalls.Schedulers[known.Call](optimizer);
        double[] expected = Numbers(known.More["lr"]);
        double[]? metrics = known.Args.TryGetProperty("metric", out JsonElement metric) ? Numbers(metric) : null;
        List<double> rates = [optimizer.ParamGroups.Single().LearningRate];
        for (int epoch = 0; epoch < expected.Length - 1; epoch++)
        {
            if (metrics is null)
            {
                scheduler.step();
            }
            else
            {
                scheduler.step(metrics[epoch]);
            }
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
        }
        Close(expected, [.. rates]);
    }

    [Theory]
    [MemberData(nameof(Clippings))]
    public void Gradients_are_clipped_as_by_PyTorch(string name)
    {
        OracleCase known = OracleFile.Named(name);
        using DisposeScope scope = NewDisposeScope();
        Parameter[] parameters = Array.ConvertAll(known.Inputs!, input =>
        {
            Parameter parameter = nn.Parameter(input.ToTensor());
            parameter.grad = (input with { Data = input.Grad! }).ToTensor();
            return parameter;
        });
        if (TrainingCalls.Clipping[known.Call](parameters) is { } norm)
        {
            Close([known.More["result"].GetDouble()], [norm]);
        }
        foreach (var (parameter, after) in parameters.Zip(known.More["after"].EnumerateArray()))
        {
            Close(Numbers(after), Elements(parameter.grad!));
        }
    }

    private static TheoryData<string> Named(Func<OracleCase, bool> chosen) => [.. OracleFile.Cases.Where(chosen).Select(known => known.Name)];

    private static double[] Numbers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetDouble())];

    private static double[] Elements(Tensor values) => values.detach().to(float64).data<double>().ToArray();

    private static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair =>
            Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(Math.Abs(pair.First), 1e-2 * scale), $"{pair.Second} instead of {pair.First}"));
    }
}

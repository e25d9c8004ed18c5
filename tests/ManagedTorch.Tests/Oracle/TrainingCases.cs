using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Oracle;

/// <summary>The oracle's cases of whole steps: optimizers, schedules of the learning rate, clipped gradients.</summary>
internal static class TrainingCases
{
    private const double Tolerance = 1e-4;

    /// <summary>A linear model under mean squared error: its loss before each step, its parameters after it.</summary>
    public static void Trajectory(JsonElement @case)
    {
        Tensor[] inputs = [.. @case.GetProperty("inputs").EnumerateArray().Select(Read)];
        using Parameter weight = nn.Parameter(inputs[0]), bias = nn.Parameter(inputs[1]);
        using Optimizer optimizer = Optimizer(@case.GetProperty("call").GetString()!, [weight, bias]);
        foreach (JsonElement step in @case.GetProperty("trajectory").EnumerateArray())
        {
            optimizer.zero_grad();
            using Tensor loss = (inputs[2].matmul(weight) + bias - inputs[3]).square().mean();
            loss.backward();
            optimizer.step();
            AssertClose([step.GetProperty("loss").GetDouble()], [loss.item<float>()]);
            AssertClose(Numbers(step.GetProperty("w")), Elements(weight));
            AssertClose(Numbers(step.GetProperty("b")), Elements(bias));
        }
    }

    /// <summary>The learning rate at construction and after each step, from a rate of 0.1.</summary>
    public static void Schedule(JsonElement @case)
    {
        using SGD optimizer = SGD([nn.Parameter(zeros(1))], 0.1, momentum: 0.9);
        var scheduler = Scheduler(@case.GetProperty("call").GetString()!, optimizer);
        double[] expected = Numbers(@case.GetProperty("lr"));
        double[]? metrics = @case.GetProperty("args").TryGetProperty("metric", out JsonElement metric) ? Numbers(metric) : null;
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
        AssertClose(expected, [.. rates]);
    }

    /// <summary>Two gradients clipped together, and the norm they had.</summary>
    public static void Clip(JsonElement @case)
    {
        Parameter[] parameters = [.. @case.GetProperty("inputs").EnumerateArray().Select(input =>
        {
            Parameter parameter = nn.Parameter(Read(input));
            parameter.grad = tensor(Floats(input.GetProperty("grad"))).reshape(parameter.shape);
            return parameter;
        })];
        switch (@case.GetProperty("call").GetString())
        {
            case "clip_grad_norm_2":
                AssertClose([@case.GetProperty("result").GetDouble()], [nn.utils.clip_grad_norm_(parameters, 1.0)]);
                break;
            case "clip_grad_norm_1":
                AssertClose([@case.GetProperty("result").GetDouble()], [nn.utils.clip_grad_norm_(parameters, 0.5, 1)]);
                break;
            case "clip_grad_value":
                nn.utils.clip_grad_value_(parameters, 0.3);
                break;
            case var unknown:
                throw new NotSupportedException(unknown);
        }
        foreach (var (parameter, after) in parameters.Zip(@case.GetProperty("after").EnumerateArray()))
        {
            AssertClose(Numbers(after), Elements(parameter.grad!));
        }
    }

    private static Optimizer Optimizer(string call, Parameter[] parameters) => call switch
    {
        "SGD(lr 0.1)" => SGD(parameters, 0.1),
        "SGD(lr 0.1, momentum 0.9)" => SGD(parameters, 0.1, momentum: 0.9),
        "SGD(lr 0.1, momentum 0.9, nesterov)" => SGD(parameters, 0.1, momentum: 0.9, nesterov: true),
        "SGD(lr 0.1, momentum 0.9, dampening 0.2, weight_decay 0.01)" =>
            SGD(parameters, 0.1, momentum: 0.9, dampening: 0.2, weight_decay: 0.01),
        "Adam(lr 0.05)" => Adam(parameters, lr: 0.05),
        "Adam(lr 0.05, weight_decay 0.1)" => Adam(parameters, lr: 0.05, weight_decay: 0.1),
        "Adam(lr 0.05, amsgrad)" => Adam(parameters, lr: 0.05, amsgrad: true),
        "AdamW(lr 0.05, weight_decay 0.1)" => AdamW(parameters, lr: 0.05, weight_decay: 0.1),
        "RMSprop(lr 0.05)" => RMSProp(parameters, lr: 0.05),
        "RMSprop(lr 0.05, momentum 0.9, centered)" => RMSProp(parameters, lr: 0.05, momentum: 0.9, centered: true),
        "Adagrad(lr 0.1)" => Adagrad(parameters, lr: 0.1),
        _ => throw new NotSupportedException(call),
    };

    private static lr_scheduler.LRScheduler Scheduler(string call, Optimizer optimizer) => call switch
    {
        "StepLR(3, 0.5)" => lr_scheduler.StepLR(optimizer, 3, 0.5),
        "MultiStepLR([2, 5], 0.1)" => lr_scheduler.MultiStepLR(optimizer, [2, 5], 0.1),
        "ExponentialLR(0.9)" => lr_scheduler.ExponentialLR(optimizer, 0.9),
        "CosineAnnealingLR(10)" => lr_scheduler.CosineAnnealingLR(optimizer, 10),
        "LinearLR(0.25, 1.0, 5)" => lr_scheduler.LinearLR(optimizer, 0.25, 1.0, 5),
        "LambdaLR(0.95^e)" => lr_scheduler.LambdaLR(optimizer, epoch => Math.Pow(0.95, epoch)),
        "PolynomialLR(8, 2)" => lr_scheduler.PolynomialLR(optimizer, 8, 2),
        "ConstantLR(0.5, 4)" => lr_scheduler.ConstantLR(optimizer, 0.5, 4),
        "OneCycleLR(max 1.0, total 13)" => lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps: 13),
        "ReduceLROnPlateau(min, 0.5, patience 1)" => lr_scheduler.ReduceLROnPlateau(optimizer, "min", 0.5, 1),
        _ => throw new NotSupportedException(call),
    };

    private static Tensor Read(JsonElement input) =>
        tensor(Floats(input.GetProperty("data"))).reshape([.. input.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]);

    private static float[] Floats(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetSingle())];

    private static double[] Numbers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetDouble())];

    private static double[] Elements(Tensor values) => [.. values.data<float>().ToArray().Select(value => (double)value)];

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair =>
            Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1, Math.Abs(pair.First)), $"{pair.First} ≠ {pair.Second}"));
    }
}

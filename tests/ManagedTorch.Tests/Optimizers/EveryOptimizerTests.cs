using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Optimizers;

public class EveryOptimizerTests
{
    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, OptimizerHelper>> Factories = new()
    {
        ["SGD"] = parameters => SGD(parameters, 0.1, momentum: 0.5, weight_decay: 1e-4),
        ["Adam"] = parameters => Adam(parameters, lr: 0.1, amsgrad: true),
        ["AdamW"] = parameters => AdamW(parameters, lr: 0.1, weight_decay: 1e-4),
        ["RMSProp"] = parameters => RMSProp(parameters, lr: 0.05, momentum: 0.5, centered: true),
        ["Adagrad"] = parameters => Adagrad(parameters, lr: 0.5, lr_decay: 1e-3),
        ["Adadelta"] = parameters => Adadelta(parameters, lr: 5, weight_decay: 1e-4),
        ["Adamax"] = parameters => Adamax(parameters, lr: 0.1, weight_decay: 1e-4),
        ["NAdam"] = parameters => NAdam(parameters, lr: 0.1, weight_decay: 1e-4),
        ["RAdam"] = parameters => RAdam(parameters, lr: 0.3, weight_decay: 1e-4),
        ["Rprop"] = parameters => Rprop(parameters),
        ["ASGD"] = parameters => ASGD(parameters, lr: 0.1, t0: 3),
    };

    public static TheoryData<string> Names => [.. Factories.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_quadratic_is_minimized(string name)
    {
        using Parameter parameter = Start();
        using OptimizerHelper optimizer = Factories[name]([parameter]);
        Train(optimizer, parameter, steps: 200);
        Assert.True(Loss(parameter) < 0.05 * Loss(Start()));
    }

    [Theory, MemberData(nameof(Names))]
    public void Training_resumes_bit_for_bit_from_a_stream(string name)
    {
        using Parameter parameter = Start(), resumed = Start();
        using OptimizerHelper optimizer = Factories[name]([parameter]), fresh = Factories[name]([resumed]);
        Train(optimizer, parameter, steps: 7);

        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        optimizer.save_state_dict(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        fresh.load_state_dict(reader);
        Assert.Equal(stream.Length, stream.Position);
        AssertResumes(optimizer, parameter, fresh, resumed);
    }

    [Theory, MemberData(nameof(Names))]
    public void Training_resumes_bit_for_bit_from_another_optimizer(string name)
    {
        using Parameter parameter = Start(), resumed = Start();
        using OptimizerHelper optimizer = Factories[name]([parameter]), fresh = Factories[name]([resumed]);
        Train(optimizer, parameter, steps: 7);
        fresh.load_state_dict(optimizer.state_dict());
        AssertResumes(optimizer, parameter, fresh, resumed);
    }

    [Theory, MemberData(nameof(Names))]
    public void Options_that_a_group_does_not_set_are_the_defaults(string name)
    {
        using Parameter parameter = Start();
        using OptimizerHelper optimizer = Factories[name]([parameter]);
        double rate = optimizer.ParamGroups.Single().LearningRate;
        Assert.True(rate > 0);
        Assert.Equal(rate, optimizer.ParamGroups.Single().InitialLearningRate);
    }

    [Fact]
    public void SGD_without_momentum_has_no_state_to_copy_and_throws()
    {
        using Parameter parameter = Start(), other = Start();
        using SGD optimizer = SGD([parameter], 0.1), copy = SGD([other], 0.1);
        Assert.Throws<NullReferenceException>(() => copy.load_state_dict(optimizer.state_dict()));
    }

    [Fact]
    public void Rectified_steps_of_RAdam_are_in_proportion_to_the_square_of_the_rate()
    {
        double whole = RectifiedStep(rate: 0.5);
        double half = RectifiedStep(rate: 0.25);
        Assert.Equal(4, whole / half, 1e-3);
    }

    // With a gradient that stays 1 all steps of one kind are alike but for the rate.
    private static double RectifiedStep(double rate)
    {
        using Parameter parameter = nn.Parameter(zeros(1));
        using RAdam optimizer = RAdam([parameter], lr: rate);
        float before = 0;
        for (int step = 0; step < 6; step++)
        {
            before = parameter.item<float>();
            parameter.grad = ones(1);
            optimizer.step();
        }
        return before - parameter.item<float>();
    }

    private static void AssertResumes(Optimizer optimizer, Parameter parameter, Optimizer fresh, Parameter resumed)
    {
        using (no_grad())
        {
            resumed.copy_(parameter);
        }
        Train(optimizer, parameter, steps: 5);
        Train(fresh, resumed, steps: 5);
        Assert.Equal(parameter.data<float>().ToArray(), resumed.data<float>().ToArray());
    }

    private static void Train(Optimizer optimizer, Parameter parameter, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            optimizer.zero_grad();
            using Tensor loss = Quadratic(parameter);
            loss.backward();
            optimizer.step();
        }
    }

    private static Parameter Start() => nn.Parameter(tensor([2f, -1f]));

    private static float Loss(Parameter parameter)
    {
        using Tensor loss = Quadratic(parameter);
        return loss.item<float>();
    }

    private static Tensor Quadratic(Parameter parameter) => (parameter * tensor([1f, 2f])).square().sum();
}

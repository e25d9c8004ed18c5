using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Oracle;

/// <summary>The oracle's cases of whole steps, by what each of their calls is here: optimizers, schedules of the learning rate, clipped gradients.</summary>
internal static class TrainingCalls
{
    public static readonly Dictionary<string, Func<IEnumerable<Parameter>, Optimizer>> Optimizers = new()
    {
        ["SGD(lr 0.1)"] = parameters => SGD(parameters, 0.1),
        ["SGD(lr 0.1, momentum 0.9)"] = parameters => SGD(parameters, 0.1, momentum: 0.9),
        ["SGD(lr 0.1, momentum 0.9, nesterov)"] = parameters => SGD(parameters, 0.1, momentum: 0.9, nesterov: true),
        ["SGD(lr 0.1, momentum 0.9, dampening 0.2, weight_decay 0.01)"] =
            parameters => SGD(parameters, 0.1, momentum: 0.9, dampening: 0.2, weight_decay: 0.01),
        ["Adam(lr 0.05)"] = parameters => Adam(parameters, lr: 0.05),
        ["Adam(lr 0.05, weight_decay 0.1)"] = parameters => Adam(parameters, lr: 0.05, weight_decay: 0.1),
        ["Adam(lr 0.05, amsgrad)"] = parameters => Adam(parameters, lr: 0.05, amsgrad: true),
        ["AdamW(lr 0.05, weight_decay 0.1)"] = parameters => AdamW(parameters, lr: 0.05, weight_decay: 0.1),
        ["RMSprop(lr 0.05)"] = parameters => RMSProp(parameters, lr: 0.05),
        ["RMSprop(lr 0.05, momentum 0.9, centered)"] = parameters => RMSProp(parameters, lr: 0.05, momentum: 0.9, centered: true),
        ["Adagrad(lr 0.1)"] = parameters => Adagrad(parameters, lr: 0.1),
    };

    public static readonly Dictionary<string, Func<Optimizer, lr_scheduler.LRScheduler>> Schedulers = new()
    {
        ["StepLR(3, 0.5)"] = optimizer => lr_scheduler.StepLR(optimizer, 3, 0.5),
        ["MultiStepLR([2, 5], 0.1)"] = optimizer => lr_scheduler.MultiStepLR(optimizer, [2, 5], 0.1),
        ["ExponentialLR(0.9)"] = optimizer => lr_scheduler.ExponentialLR(optimizer, 0.9),
        ["CosineAnnealingLR(10)"] = optimizer => lr_scheduler.CosineAnnealingLR(optimizer, 10),
        ["LinearLR(0.25, 1.0, 5)"] = optimizer => lr_scheduler.LinearLR(optimizer, 0.25, 1.0, 5),
        ["LambdaLR(0.95^e)"] = optimizer => lr_scheduler.LambdaLR(optimizer, epoch => Math.Pow(0.95, epoch)),
        ["PolynomialLR(8, 2)"] = optimizer => lr_scheduler.PolynomialLR(optimizer, 8, 2),
        ["ConstantLR(0.5, 4)"] = optimizer => lr_scheduler.ConstantLR(optimizer, 0.5, 4),
        ["OneCycleLR(max 1.0, total 13)"] = optimizer => lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps: 13),
        ["ReduceLROnPlateau(min, 0.5, patience 1)"] = optimizer => lr_scheduler.ReduceLROnPlateau(optimizer, "min", 0.5, 1),
    };

    /// <summary>The norm before, where the call returns it.</summary>
    public static readonly Dictionary<string, Func<IEnumerable<Parameter>, double?>> Clipping = new()
    {
        ["clip_grad_norm_2"] = parameters => nn.utils.clip_grad_norm_(parameters, 1.0),
        ["clip_grad_norm_1"] = parameters => nn.utils.clip_grad_norm_(parameters, 0.5, norm_type: 1),
        ["clip_grad_value"] = parameters =>
        {
            nn.utils.clip_grad_value_(parameters, 0.3);
            return null;
        },
    };

    public static bool Cover(OracleCase known) =>
        Optimizers.ContainsKey(known.Call) || Schedulers.ContainsKey(known.Call) || Clipping.ContainsKey(known.Call);
}

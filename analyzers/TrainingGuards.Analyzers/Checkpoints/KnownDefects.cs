using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

using static DefectCondition;

/// <summary>What TorchSharp is known to compute wrongly without a word, a line each, by the release notes and its source.</summary>
internal static class KnownDefects
{
    private static readonly string[] Filling = ["ones_", "zeros_", "constant_", "fill_", "copy_", "normal_", "uniform_"];
    private static readonly DefectCondition NoDevice = LeftOut("device").InProgramWith("set_default_device");

    public static IReadOnlyList<KnownDefect> All { get; } =
    [
        new("torch+optim+lr_scheduler.MultiStepLR", Always, null, "0.98.3", "multiplies the rate by gamma to the power of the milestone", null),
        new("torch+nn+Module.register_buffer", Always.InProgramWith("to", "cuda"), null, "0.99.1", "leaves the buffer where it is when the module moves", null),
        new("torch.manual_seed torch+random.manual_seed", Always, null, "0.99.4", "seeds nothing", null),
        new("torch+optim.Adam torch+optim.AdamW", LeftOut("beta2"), null, "0.99.5", "takes 0.99 for beta2", "pass 'beta2: 0.999'"),
        new("torch+nn+Module.zero_grad", Always, null, "0.100.5", "leaves the gradients of submodules as they are", "call zero_grad() of the optimizer"),
        new("torch+optim+lr_scheduler.LinearLR", Always, null, "0.102.0", "divides where it is to add, and follows no line", "use LambdaLR"),
        new("torch+nn+functional.avg_pool1d", LeftOut("stride"), null, "0.102.1", "takes 1 for the stride", "pass the kernel's size as 'stride'"),
        new("torch+utils+data.DataLoader", IsTrue("drop_last"), null, "0.102.5", "yields the last, smaller batch all the same", null),
        new("torch+nn+functional.l1_loss Modules.L1Loss..ctor torch+nn.L1Loss", Always, null, "0.102.8", "computes the mean squared error", "compute (input - target).abs().mean()"),
        new("torch+Tensor.backward", IsNamed("create_graph", "retain_graph"), null, "0.103.1", "takes create_graph for retain_graph and the other way round", "pass them by position"),
        new("torch+nn+Module.RegisterComponents", BaseHasPrivateComponents, null, "0.104.0", "does not see private fields of base classes", "make them protected"),
        new("torch+optim+lr_scheduler.LinearLR", LeftOut("end_factor"), null, "0.105.1", "ends at 5 times the rate", "pass 'end_factor: 1'"),
        new("torch+optim.Rprop Modules.Rprop..ctor", Always, null, "0.105.1", "adds max_step times the weights to their gradients", null),
        new("torch+nn+Module.training", On("Sequential"), null, "0.105.1", "stays true after eval()", null),
        new("torch.cat", Lists("tensors", 1, orMore: false), null, "0.105.2", "returns the one tensor itself, and not another", "clone the tensor"),
        new("torch+nn.Embedding torch+nn.LSTM torch+nn.GRU torch+nn.RNN", NoDevice, "0.102.5", "0.107.0", "ignores the default device", "pass 'device'"),
        new("torch+nn.LSTMCell torch+nn.GRUCell torch+nn.RNNCell", NoDevice, "0.102.5", "0.107.0", "ignores the default device", "pass 'device'"),

        // Not right yet in 0.107.0.
        new("torch+nn+init.xavier_normal_ torch+nn+init.glorot_normal_", Always, null, null, "draws from a uniform distribution of that variance", "use init.normal_(weight, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)))"),
        new("torch+nn+functional.hinge_embedding_loss", LeftOut("margin"), null, null, "takes 0 for the margin, by which what differs is never pushed apart", "pass 'margin: 1'"),
        new("torch+optim+lr_scheduler.CyclicLR", IsNotFalse("cycle_momentum"), "0.96.2", null, "raises the momentum above its maximum, by default to 1, where it is to lower it", "pass 'cycle_momentum: false'"),
        new("torch+optim+lr_scheduler.OneCycleLR", Lists("max_lr", 2, orMore: true), "0.96.2", null, "keeps a later group of parameters in the first phase for ever", "use an optimizer and a scheduler for each group"),
        new("torch+optim.RAdam Modules.RAdam..ctor", Always, "0.96.2", null, "multiplies its adaptive steps by the learning rate twice", "use NAdam or AdamW"),
        new("torch+nn.GaussianNLLLoss Modules.GaussianNLLLoss..ctor torch+nn+functional.gaussian_nll_loss", Always, "0.97.0", null, "cuts the variance from the graph, so that what predicts it never learns", "compute 0.5 * (variance.log() + (input - target).square() / variance).mean()"),
        new("torch+nn.GroupNorm", IsNotFalse("affine").InProgramWithout([.. WeightsLoad.Names, .. Filling]), "0.104.0", null, "leaves its weight and bias uninitialised", "fill them by init.ones_(norm.weight) and init.zeros_(norm.bias)"),
    ];
}

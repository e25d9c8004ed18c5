using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Trials;

/// <summary>The user's own optimizer, whose steps are seen before they are made.</summary>
internal class WatchedOptimizer : Optimizer
{
    private readonly Optimizer _own;
    private readonly Action<Optimizer> _stepping;

    private WatchedOptimizer(Optimizer own, Action<Optimizer> stepping) : base(IntPtr.Zero)
    {
        _own = own;
        _stepping = stepping;
        // A scheduler changes the rates of the groups that it finds here: they are the same objects.
        _parameter_groups = [.. own.ParamGroups?.OfType<ParamGroup>() ?? []];
    }

    /// <summary>Watches an optimizer; what is returned has the momentum or the betas that it has, which OneCycleLR and CyclicLR ask for by its type.</summary>
    /// <param name="own">The user's.</param>
    /// <param name="stepping">Called where it begins a step: the gradients that it will use are there.</param>
    public static WatchedOptimizer Of(Optimizer own, Action<Optimizer> stepping) => own switch
    {
        IMomentum momentum => new WithMomentum(own, momentum, stepping),
        IBetas betas => new WithBetas(own, betas, stepping),
        _ => new(own, stepping),
    };

    public override IEnumerable<ILearningRateController> ParamGroups => _own.ParamGroups;

    public override IEnumerable<Parameter> parameters() => _own.parameters();

    public override void add_param_group(ParamGroup param_group) => _own.add_param_group(param_group);

    public override void zero_grad() => _own.zero_grad();

    public override Tensor? step(Func<Tensor>? closure = null)
    {
        if (closure is null)
        {
            _stepping(_own);
            return _own.step();
        }
        return _own.step(() =>
        {
            Tensor loss = closure();
            _stepping(_own);
            return loss;
        });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _own.Dispose();
        base.Dispose(disposing);
    }

    private sealed class WithMomentum(Optimizer own, IMomentum momentum, Action<Optimizer> stepping) : WatchedOptimizer(own, stepping), IMomentum
    {
        public double Momentum
        {
            get => momentum.Momentum;
            set => momentum.Momentum = value;
        }
    }

    private sealed class WithBetas(Optimizer own, IBetas betas, Action<Optimizer> stepping) : WatchedOptimizer(own, stepping), IBetas
    {
        public (double, double) Betas
        {
            get => betas.Betas;
            set => betas.Betas = value;
        }
    }
}

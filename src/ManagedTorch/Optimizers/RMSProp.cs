using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gradients divided by a running root mean square.</summary>
public class RMSProp : OptimizerHelper, optim.IMomentum
{
    public RMSProp(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
        double momentum = 0.0, bool centered = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize) { }

    public RMSProp(
        IEnumerable<ParamGroup> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
        double momentum = 0.0, bool centered = false, bool maximize = false)
    {
        Require(lr >= 0, lr);
        Require(eps >= 0, eps);
        Require(alpha >= 0, alpha);
        Require(momentum >= 0, momentum);
        Require(weight_decay >= 0, weight_decay);
        Options defaults = new()
        {
            alpha = alpha, eps = eps, weight_decay = weight_decay, momentum = momentum, centered = centered, maximize = maximize,
        };
        Begin(defaults, lr, parameters);
    }

    public double Momentum
    {
        get => Defaults.momentum!.Value;
        set => Defaults.momentum = value;
    }

    private Options Defaults => (Options)_defaults;

    public override void add_param_group(Modules.ParamGroup param_group) => Add<Options>(param_group, parameter => new State(parameter));

    public override Tensor? step(Func<Tensor>? closure = null) => StepEach<Options, State>(closure, Update);

    private static void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        double alpha = options.alpha!.Value;
        double momentum = options.momentum!.Value;
        double rate = options.LearningRate!.Value;
        grad = Descent(grad, parameter, options.weight_decay, options.maximize);
        state.step++;
        state.square_avg.mul_(alpha).addcmul_(grad, grad, value: 1 - alpha);
        Tensor variance = state.square_avg;
        if (options.centered!.Value)
        {
            state.grad_avg!.mul_(alpha).add_(grad, alpha: 1 - alpha);
            variance = variance.addcmul(state.grad_avg, state.grad_avg, value: -1);
        }
        Tensor scale = variance.sqrt().add_(options.eps!.Value);
        if (momentum > 0)
        {
            state.momentum_buffer!.mul_(momentum).addcdiv_(grad, scale, value: 1);
            parameter.add_(state.momentum_buffer, alpha: -rate);
        }
        else
        {
            parameter.addcdiv_(grad, scale, value: -rate);
        }
    }

    public class Options : OptimizerOptions
    {
        public bool? maximize;
        public double? momentum;
        public double? alpha;
        public double? eps;
        public double? weight_decay;
        public bool? centered;
    }

    public class ParamGroup : ParamGroup<Options>, optim.IMomentum
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double eps = 1e-8, double alpha = 0.99, double weight_decay = 0,
            double momentum = 0.0, bool centered = false)
            : base(parameters, new Options
            {
                LearningRate = lr, eps = eps, alpha = alpha, weight_decay = weight_decay, momentum = momentum, centered = centered,
            }) { }

        public double Momentum
        {
            get => Options.momentum!.Value;
            set => Options.momentum = value;
        }
    }

    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor square_avg = null!;
        public Tensor? momentum_buffer;
        public Tensor? grad_avg;

        public State(Parameter parameter) : base(parameter) { }

        public override void Initialize(OptimizerOptions options)
        {
            Clear();
            momentum_buffer = Zeros();
            grad_avg = Zeros();
        }

        public override void SaveStateDict(BinaryWriter writer) => Write(writer);

        public override void LoadStateDict(BinaryReader reader) => Read(reader);

        public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

        public void Dispose() => DisposeTensors();
    }
}

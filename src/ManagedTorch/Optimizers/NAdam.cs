using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with Nesterov momentum.</summary>
public class NAdam : OptimizerHelper, optim.IBetas
{
    public NAdam(
        IEnumerable<Parameter> parameters, double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
        double momentum_decay = 4e-3)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, momentum_decay) { }

    public NAdam(
        IEnumerable<ParamGroup> parameters, double lr = 0.002, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0, double momentum_decay = 4e-3)
    {
        Require(lr >= 0, lr);
        Require(beta1 is >= 0 and <= 1, beta1);
        Require(beta2 is >= 0 and <= 1, beta2);
        Require(eps >= 0, eps);
        Require(weight_decay >= 0, weight_decay);
        Require(momentum_decay >= 0, momentum_decay);
        Options defaults = new() { beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, momentum_decay = momentum_decay };
        Begin(defaults, lr, parameters);
    }

    public (double, double) Betas
    {
        get => (Defaults.beta1!.Value, Defaults.beta2!.Value);
        set => (Defaults.beta1, Defaults.beta2) = value;
    }

    private Options Defaults => (Options)_defaults;

    public override void add_param_group(Modules.ParamGroup param_group) => Add<Options>(param_group, parameter => new State(parameter));

    public override Tensor? step(Func<Tensor>? closure = null) => StepEach<Options, State>(closure, Update, skipBeforeLookup: true);

    private static void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        grad = Descent(grad, parameter, options.weight_decay);
        double beta1 = options.beta1!.Value;
        double beta2 = options.beta2!.Value;
        double rate = options.LearningRate!.Value;
        state.step++;
        double momentum = Momentum(state.step);
        double next = Momentum(state.step + 1);
        state.mu_product *= momentum;

        state.exp_avg.mul_(beta1).add_(grad, alpha: 1 - beta1);
        state.exp_avg_sq.mul_(beta2).addcmul_(grad, grad, value: 1 - beta2);
        Tensor scale = state.exp_avg_sq.div(1 - Math.Pow(beta2, state.step)).sqrt_().add_(options.eps!.Value);
        parameter.addcdiv_(grad, scale, value: -rate * (1 - momentum) / (1 - state.mu_product));
        parameter.addcdiv_(state.exp_avg, scale, value: -rate * next / (1 - state.mu_product * next));

        double Momentum(long step) => beta1 * (1 - 0.5 * Math.Pow(0.96, step * options.momentum_decay!.Value));
    }

    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? eps;
        public double? weight_decay;
        public double? momentum_decay;
    }

    public class ParamGroup : ParamGroup<Options>, optim.IBetas
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1.0, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, double momentum_decay = 4e-3)
            : base(parameters, new Options
            {
                LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay,
                momentum_decay = momentum_decay,
            }) { }

        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }

    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public double mu_product;
        public Tensor exp_avg = null!;
        public Tensor exp_avg_sq = null!;

        public State(Parameter parameter) : base(parameter) { }

        public override void Initialize(OptimizerOptions options)
        {
            Clear();
            mu_product = 1;
        }

        public override void SaveStateDict(BinaryWriter writer) => Write(writer);

        public override void LoadStateDict(BinaryReader reader) => Read(reader);

        public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

        public void Dispose() => DisposeTensors();
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam whose first steps, while the variance of its scale has no estimate, are plain momentum.</summary>
public class RAdam : OptimizerHelper, optim.IBetas
{
    public RAdam(
        IEnumerable<Parameter> parameters, double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay) { }

    public RAdam(
        IEnumerable<ParamGroup> parameters, double lr = 0.002, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0)
    {
        Require(lr >= 0, lr);
        Require(beta1 is >= 0 and <= 1, beta1);
        Require(beta2 is >= 0 and <= 1, beta2);
        Require(eps >= 0, eps);
        Require(weight_decay >= 0, weight_decay);
        Begin(new Options { beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay }, lr, parameters);
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
        state.exp_avg.mul_(beta1).add_(grad, alpha: 1 - beta1);
        state.exp_avg_sq.mul_(beta2).addcmul_(grad, grad, value: 1 - beta2);

        double bias = 1 - Math.Pow(beta2, state.step);
        double longest = 2 / (1 - beta2) - 1;
        double length = longest - 2 * state.step * (1 - bias) / bias;
        Tensor step = state.exp_avg.mul(rate / (1 - Math.Pow(beta1, state.step)));
        if (length > 5)
        {
            double rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            // The rate is in the step already: TorchSharp's rectified steps are in proportion to its square.
            step = step.mul_(rate * Math.Sqrt(bias) * rectification).div_(state.exp_avg_sq.sqrt().add_(options.eps!.Value));
        }
        parameter.sub_(step);
    }

    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? eps;
        public double? weight_decay;
    }

    public class ParamGroup : ParamGroup<Options>, optim.IBetas
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1.0, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay }) { }

        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }

    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor exp_avg = null!;
        public Tensor exp_avg_sq = null!;

        public State(Parameter parameter) : base(parameter) { }

        public override void Initialize(OptimizerOptions options) => Clear();

        public override void SaveStateDict(BinaryWriter writer) => Write(writer);

        public override void LoadStateDict(BinaryReader reader) => Read(reader);

        public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

        public void Dispose() => DisposeTensors();
    }
}

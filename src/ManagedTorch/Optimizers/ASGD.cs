using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent that also averages the parameters it goes through.</summary>
public class ASGD : OptimizerHelper
{
    public ASGD(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
        double weight_decay = 0, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, lambd, alpha, t0, weight_decay, maximize) { }

    public ASGD(
        IEnumerable<ParamGroup<Options>> parameters, double lr = 1e-2, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
        double weight_decay = 0, bool maximize = false)
    {
        Require(lr >= 0, lr);
        Begin(new Options { lambd = lambd, alpha = alpha, t0 = t0, weight_decay = weight_decay, maximize = maximize }, lr, parameters);
    }

    public override void add_param_group(Modules.ParamGroup param_group) => Add<Options>(param_group, parameter => new State(parameter));

    public override Tensor? step(Func<Tensor>? closure = null) => StepEach<Options, State>(closure, Update, skipBeforeLookup: true);

    private static void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        grad = Descent(grad, parameter, options.weight_decay, options.maximize);
        double rate = options.LearningRate!.Value;
        double lambda = options.lambd!.Value;
        state.step++;
        parameter.mul_(1 - lambda * state.eta).add_(grad, alpha: -state.eta);
        if (state.mu != 1)
        {
            state.ax.add_(parameter.sub(state.ax).mul_(state.mu));
        }
        else
        {
            state.ax.copy_(parameter);
        }
        state.eta = rate / Math.Pow(1 + lambda * rate * state.step, options.alpha!.Value);
        state.mu = 1 / Math.Max(1, state.step - options.t0!.Value);
    }

    public class Options : OptimizerOptions
    {
        public bool? maximize;
        public double? lambd;
        public double? alpha;
        public double? weight_decay;
        public double? t0;
    }

    public class ParamGroup : ParamGroup<Options>
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-2, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
            double weight_decay = 0)
            : base(parameters, new Options { LearningRate = lr, lambd = lambd, alpha = alpha, t0 = t0, weight_decay = weight_decay }) { }
    }

    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public double eta;
        public double mu;
        public Tensor ax = null!;

        public State(Parameter parameter) : base(parameter) { }

        public override void Initialize(OptimizerOptions options)
        {
            Clear();
            eta = options.LearningRate!.Value;
            mu = 1;
        }

        public override void SaveStateDict(BinaryWriter writer) => Write(writer);

        public override void LoadStateDict(BinaryReader reader) => Read(reader);

        public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

        public void Dispose() => DisposeTensors();
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Steps in proportion to a running root mean square of earlier steps.</summary>
public class Adadelta : OptimizerHelper
{
    public Adadelta(
        IEnumerable<Parameter> parameters, double lr, double rho = 0.9, double eps = 1e-6, double weight_decay = 0, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, rho, eps, weight_decay, maximize) { }

    public Adadelta(
        IEnumerable<ParamGroup> parameters, double lr = 1.0, double rho = 0.9, double eps = 1e-6, double weight_decay = 0,
        bool maximize = false)
    {
        Require(lr >= 0, lr);
        Require(rho is >= 0 and <= 1, rho);
        Require(eps >= 0, eps);
        Require(weight_decay >= 0, weight_decay);
        Begin(new Options { rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize }, lr, parameters);
    }

    public override void add_param_group(Modules.ParamGroup param_group) => Add<Options>(param_group, parameter => new State(parameter));

    public override Tensor? step(Func<Tensor>? closure = null) => StepEach<Options, State>(closure, Update, skipBeforeLookup: true);

    private static void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        grad = Descent(grad, parameter, options.weight_decay, options.maximize);
        double rho = options.rho!.Value;
        double eps = options.eps!.Value;
        state.square_avg.mul_(rho).addcmul_(grad, grad, value: 1 - rho);
        Tensor scale = state.square_avg.add(eps).sqrt_();
        Tensor delta = state.acc_delta.add(eps).sqrt_().div_(scale).mul_(grad);
        parameter.add_(delta, alpha: -options.LearningRate!.Value);
        state.acc_delta.mul_(rho).addcmul_(delta, delta, value: 1 - rho);
    }

    public class Options : OptimizerOptions
    {
        public double? rho;
        public double? eps;
        public double? weight_decay;
        public bool? maximize;
    }

    public class ParamGroup : ParamGroup<Options>
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1.0, double rho = 0.9, double eps = 1e-6, double weight_decay = 0,
            bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize }) { }
    }

    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor square_avg = null!;
        public Tensor acc_delta = null!;

        public State(Parameter parameter) : base(parameter) { }

        public override void Initialize(OptimizerOptions options) => Clear();

        public override void SaveStateDict(BinaryWriter writer) => Write(writer);

        public override void LoadStateDict(BinaryReader reader) => Read(reader);

        public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

        public void Dispose() => DisposeTensors();
    }
}

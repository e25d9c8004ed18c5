using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gradients divided by the root of the sum of all their squares.</summary>
public class Adagrad : OptimizerHelper
{
    public Adagrad(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
        double initial_accumulator_value = 0, double eps = 1e-10)
        : this([new ParamGroup { Parameters = parameters }], lr, lr_decay, weight_decay, initial_accumulator_value, eps) { }

    public Adagrad(
        IEnumerable<ParamGroup> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
        double initial_accumulator_value = 0, double eps = 1e-10)
    {
        Require(lr >= 0, lr);
        Require(eps >= 0, eps);
        Require(lr_decay >= 0, lr_decay);
        Require(weight_decay >= 0, weight_decay);
        Require(initial_accumulator_value >= 0, initial_accumulator_value);
        Options defaults = new()
        {
            lr_decay = lr_decay, weight_decay = weight_decay, initial_accumulator_value = initial_accumulator_value, eps = eps,
        };
        Begin(defaults, lr, parameters);
    }

    public override void add_param_group(Modules.ParamGroup param_group) => Add<Options>(param_group, parameter => new State(parameter));

    public override Tensor? step(Func<Tensor>? closure = null) => StepEach<Options, State>(closure, Update);

    private static void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        grad = Descent(grad, parameter, options.weight_decay);
        double rate = options.LearningRate!.Value / (1 + state.step * options.lr_decay!.Value);
        state.step++;
        state.sum.addcmul_(grad, grad, value: 1);
        parameter.addcdiv_(grad, state.sum.sqrt().add_(options.eps!.Value), value: -rate);
    }

    public class Options : OptimizerOptions
    {
        public double? lr_decay;
        public double? initial_accumulator_value;
        public double? eps;
        public double? weight_decay;
    }

    public class ParamGroup : ParamGroup<Options>
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
            double initial_accumulator_value = 0, double eps = 1e-10)
            : base(parameters, new Options
            {
                LearningRate = lr, lr_decay = lr_decay, weight_decay = weight_decay,
                initial_accumulator_value = initial_accumulator_value, eps = eps,
            }) { }
    }

    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor sum = null!;

        public State(Parameter parameter) : base(parameter) { }

        public override void Initialize(OptimizerOptions options)
        {
            Clear();
            sum.fill_(((Options)options).initial_accumulator_value!.Value);
        }

        public override void SaveStateDict(BinaryWriter writer) => Write(writer);

        public override void LoadStateDict(BinaryReader reader) => Read(reader);

        public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

        public void Dispose() => DisposeTensors();
    }
}

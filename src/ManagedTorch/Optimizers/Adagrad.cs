using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Gradients divided by the root of the sum of all their squares.</summary>
        public class Adagrad : OptimizerHelper
        {
            public Adagrad(
                IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
                double initial_accumulator_value = 0, double eps = 1e-10)
                : this([new ParamGroup { Parameters = parameters }], lr, lr_decay, weight_decay, initial_accumulator_value, eps)
            {
            }

            public Adagrad(
                IEnumerable<ParamGroup> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
                double initial_accumulator_value = 0, double eps = 1e-10)
            {
                Require(lr >= 0, nameof(lr), lr);
                Require(eps >= 0, nameof(eps), eps);
                Require(lr_decay >= 0, nameof(lr_decay), lr_decay);
                Require(weight_decay >= 0, nameof(weight_decay), weight_decay);
                Require(initial_accumulator_value >= 0, nameof(initial_accumulator_value), initial_accumulator_value);
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
                if (options.weight_decay is { } decay and not 0)
                {
                    grad = grad.add(parameter, alpha: decay);
                }
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

                internal override void Visit(OptionPass pass)
                {
                    pass.Number(ref lr_decay);
                    pass.Number(ref initial_accumulator_value);
                    pass.Number(ref eps);
                    pass.Number(ref weight_decay);
                }
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
                    })
                {
                }
            }

            public sealed class State : OptimizerState, IDisposable
            {
                public long step;
                public Tensor sum = null!;

                public State(Parameter parameter) : base(parameter) { }

                public override void Initialize(OptimizerOptions options)
                {
                    DisposeTensors();
                    step = 0;
                    sum = Zeros().fill_(((Options)options).initial_accumulator_value!.Value);
                }

                public override void SaveStateDict(BinaryWriter writer) => Write(writer);

                public override void LoadStateDict(BinaryReader reader) => Read(reader);

                public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

                public void Dispose() => DisposeTensors();

                internal override void Visit(StatePass pass)
                {
                    pass.Count(ref step);
                    pass.Tensor(ref sum);
                }
            }
        }
    }

    public static partial class torch
    {
        public static partial class optim
        {
            public static Adagrad Adagrad(
                IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
                double initial_accumulator_value = 0, double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            public static Adagrad Adagrad(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
                double initial_accumulator_value = 0, double eps = 1e-10) =>
                new(parameters.Select(entry => entry.parameter), lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            public static Adagrad Adagrad(
                IEnumerable<Adagrad.ParamGroup> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
                double initial_accumulator_value = 0, double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);
        }
    }
}

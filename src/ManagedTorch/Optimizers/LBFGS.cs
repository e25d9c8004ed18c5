using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>
        /// Steps along the gradient as a limited memory of earlier steps bends it (Nocedal and Wright, Numerical Optimization, chapter 7), at a fixed
        /// rate: there is no line search. It holds on to the tensors that its parameters were when it was made, whatever becomes of the parameters.
        /// </summary>
        public class LBFGS : optim.Optimizer, optim.ILearningRateController
        {
            public double _rate;

            private readonly TensorImpl[] leaves = [];
            private readonly ParamGroup[] groups = [];
            private readonly Options options;
            private readonly CurvatureMemory memory;

            private double learningRate;
            private bool hasStepped;
            private double[] direction = [];
            private double[] gradientBefore = [];
            private double stepLength;

            public LBFGS(IntPtr handle, double lr) : base(handle)
            {
                _rate = learningRate = InitialLearningRate = lr;
                memory = new(capacity: 0);
            }

            internal LBFGS(IEnumerable<Parameter> parameters, double lr, Options options) : base(IntPtr.Zero)
            {
                _rate = learningRate = InitialLearningRate = lr;
                this.options = options;
                memory = new(options.HistorySize);
                leaves = [.. parameters.Select(parameter => parameter.Impl)];
                foreach (TensorImpl leaf in leaves) leaf.Retain();
                groups = [new ParamGroup { Parameters = Wrapped(), Options = new() { LearningRate = lr, InitialLearningRate = lr } }];
            }

            public double InitialLearningRate { get; set; }

            /// <summary>The rate of the next step. That of <see cref="ParamGroups"/>, which schedulers change, is another number that no step reads.</summary>
            public double LearningRate
            {
                get => _rate;
                set => _rate = learningRate = value;
            }

            public override IEnumerable<optim.ILearningRateController> ParamGroups => groups;

            /// <summary>New parameters over the same tensors each time: none is the module's own object.</summary>
            public override IEnumerable<Parameter> parameters() => Wrapped();

            public override void zero_grad()
            {
                foreach (TensorImpl leaf in leaves) leaf.Autograd?.SetGrad(null);
            }

            /// <summary>Up to max_iter steps, each but the last followed by an evaluation of the closure. Returns the first loss.</summary>
            public override Tensor step(Func<Tensor>? closure)
            {
                if (closure is null) throw new ArgumentNullException(nameof(closure), "LBFGS evaluates the loss several times a step: give it a closure that does.");
                using var _ = no_grad();
                Tensor first = Evaluate(closure);
                double[] gradient = Gradient();
                if (Largest(gradient) > options.ToleranceGrad) Iterate(closure, first.ToDouble(), gradient);
                return first;
            }

            private IEnumerable<Parameter> Wrapped() => leaves.Select(leaf => new Parameter(new Tensor(leaf), leaf.Autograd is { RequiresGrad: true }));

            private void Iterate(Func<Tensor> closure, double loss, double[] gradient)
            {
                long evaluations = 1;
                for (long iteration = 1; iteration <= options.MaxIter; iteration++)
                {
                    Aim(gradient);
                    if (TensorPrimitives.Dot<double>(gradient, direction) > -options.ToleranceChange) return;
                    Move();
                    // After the last step nobody would look at the loss.
                    if (iteration == options.MaxIter) return;

                    double lossBefore = loss;
                    using (Tensor evaluated = Evaluate(closure)) loss = evaluated.ToDouble();
                    gradient = Gradient();
                    evaluations++;
                    if (evaluations >= options.MaxEval) return;
                    if (Largest(gradient) <= options.ToleranceGrad) return;
                    if (stepLength * Largest(direction) <= options.ToleranceChange) return;
                    if (Math.Abs(loss - lossBefore) < options.ToleranceChange) return;
                }
            }

            // The very first step, of which no curvature is known, is at most as long as the rate.
            private void Aim(double[] gradient)
            {
                if (hasStepped) memory.Learn(Array.ConvertAll(direction, d => d * stepLength), [.. gradient.Zip(gradientBefore, (now, before) => now - before)]);
                direction = memory.Descent(gradient);
                stepLength = hasStepped ? learningRate : learningRate * Math.Min(1, 1 / TensorPrimitives.SumOfMagnitudes<double>(gradient));
                gradientBefore = gradient;
                hasStepped = true;
            }

            // The closure's own handle is used up, as where the loss goes to the native library.
            private static Tensor Evaluate(Func<Tensor> closure)
            {
                using var _ = enable_grad();
                using Tensor loss = closure();
                return new Tensor(loss.Impl);
            }

            private double[] Gradient()
            {
                if (leaves.Length == 0) throw TorchError.Of("LBFGS was given no parameters.");
                using Temporaries own = Temporaries.Enter();
                return [.. leaves.SelectMany(leaf => leaf.Autograd?.Grad is { } grad
                    ? new Tensor(grad).to(ScalarType.Float64, CPU).data<double>().ToArray()
                    : new double[leaf.Count])];
            }

            private void Move()
            {
                using Temporaries own = Temporaries.Enter();
                int at = 0;
                foreach (TensorImpl leaf in leaves)
                {
                    Tensor parameter = new(leaf);
                    int count = checked((int)leaf.Count);
                    parameter.add_(tensor(direction[at..(at + count)]).reshape(leaf.Sizes).to(leaf.Dtype, leaf.Storage.Device), stepLength);
                    at += count;
                }
            }

            private static double Largest(double[] values) => Math.Abs(TensorPrimitives.MaxMagnitude<double>(values));

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                if (!disposing) return;
                foreach (TensorImpl leaf in leaves) leaf.Release();
                leaves.AsSpan().Clear();
            }

            internal readonly record struct Options(long MaxIter, long MaxEval, double ToleranceGrad, double ToleranceChange, long HistorySize);
        }
    }

    public static partial class torch
    {
        public static partial class optim
        {
            public static LBFGS LBFGS(
                IEnumerable<Parameter> parameters, double lr = 0.01, long max_iter = 20, long? max_eval = null, double tolerange_grad = 1e-5,
                double tolerance_change = 1e-9, long history_size = 100) =>
                new(parameters, lr, new(max_iter, max_eval ?? 5 * max_iter / 4, tolerange_grad, tolerance_change, history_size));

            // Unlike the other it has no default of max_eval to fall back on: InvalidOperationException where that is not given.
            public static LBFGS LBFGS(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.01, long max_iter = 20, long? max_eval = null,
                double tolerange_grad = 1e-5, double tolerance_change = 1e-9, long history_size = 100) =>
                LBFGS(parameters.Select(entry => entry.parameter), lr, max_iter, max_eval!.Value, tolerange_grad, tolerance_change, history_size);
        }
    }
}

using TorchSharp.Layers;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        // The fixed point of Klambauer et al., "Self-Normalizing Neural Networks" (2017).
        private const double SeluAlpha = 1.6732632423543772, SeluScale = 1.0507009873554805;

        public Tensor relu6() => Op.Composed(() => Activation.Bounded(this, 0, 6));

        public Tensor relu6_() => InPlace([], x => Activation.Bounded(x, 0, 6));

        public Tensor leaky_relu(Scalar negative_slope) => Op.Composed(() => Activation.LeakyRelu(this, negative_slope));

        public Tensor leaky_relu_(Scalar negative_slope) => InPlace([], x => Activation.LeakyRelu(x, negative_slope));

        public Tensor elu(double alpha = 1) => Op.Composed(() => Activation.Elu(this, alpha, 1, 1));

        public Tensor elu_(double alpha = 1) => InPlace([], x => Activation.Elu(x, alpha, 1, 1));

        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Op.Composed(() => Activation.Elu(this, alpha, scale, input_scale));

        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => InPlace([], x => Activation.Elu(x, alpha, scale, input_scale));

        public Tensor celu() => Op.Composed(() => Activation.Celu(this, 1));

        public Tensor celu_() => InPlace([], x => Activation.Celu(x, 1));

        public Tensor celu(Scalar alpha) => Op.Composed(() => Activation.Celu(this, alpha.ToDouble()));

        public Tensor celu_(Scalar alpha) => InPlace([], x => Activation.Celu(x, alpha.ToDouble()));

        public Tensor selu() => Op.Composed(() => Activation.Elu(this, SeluAlpha, SeluScale, 1));

        public Tensor selu_() => InPlace([], x => Activation.Elu(x, SeluAlpha, SeluScale, 1));

        public Tensor gelu() => Op.Composed(() => Activation.Gelu(this));

        public Tensor gelu_() => InPlace([], x => Activation.Gelu(x));

        public Tensor gelu(GELU.Approximate approximate) => Op.Composed(() => approximate == GELU.Approximate.tanh ? Activation.GeluTanh(this) : Activation.Gelu(this));

        public Tensor gelu_(GELU.Approximate approximate) => InPlace([], x => approximate == GELU.Approximate.tanh ? Activation.GeluTanh(x) : Activation.Gelu(x));

        public Tensor silu() => Op.Composed(() => this * this.sigmoid());

        public Tensor silu_() => InPlace([], x => x * x.sigmoid());

        public Tensor hardsigmoid() => Op.Composed(() => Activation.HardSigmoid(this));

        public Tensor hardsigmoid_() => InPlace([], x => Activation.HardSigmoid(x));

        public Tensor hardswish() => Op.Composed(() => Activation.HardSwish(this));

        public Tensor hardswish_() => InPlace([], x => Activation.HardSwish(x));

        public Tensor hardtanh(Scalar min, Scalar max) => Op.Composed(() => Activation.Bounded(this, min, max));

        public Tensor hardtanh_(Scalar min, Scalar max) => InPlace([], x => Activation.Bounded(x, min, max));

        public Tensor threshold(Scalar threshold, Scalar value) => Op.Composed(() => Activation.Threshold(this, threshold, value));

        public Tensor threshold_(Scalar threshold, Scalar value) => InPlace([], x => Activation.Threshold(x, threshold, value));

        // Slopes are drawn in training only, and there is no flag for it here: evaluation's mean slope.
        public Tensor rrelu(double lower = 1.0 / 8, double upper = 1.0 / 3) => leaky_relu((lower + upper) / 2);

        public Tensor rrelu_(double lower = 1.0 / 8, double upper = 1.0 / 3) => leaky_relu_((lower + upper) / 2);

        public Tensor prelu(Tensor target) => Op.Composed(() => Activation.PRelu(this, target));

        public Tensor glu(long dim = -1) => Op.Composed(() =>
        {
            Tensor[] halves = chunk(2, dim);
            return halves[0] * halves[1].sigmoid();
        });

        public Tensor softplus(double beta = 1, double threshold = 20) => Op.Composed(() => Activation.Softplus(this, beta, threshold));
    }
}

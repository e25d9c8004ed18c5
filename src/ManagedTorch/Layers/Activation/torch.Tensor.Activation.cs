using TorchSharp.Layers;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        // The fixed point of Klambauer et al., "Self-Normalizing Neural Networks" (2017).
        private const double SeluAlpha = 1.6732632423543772, SeluScale = 1.0507009873554805;

        public Tensor relu6() => Op.Composed(this, x => Activation.Bounded(x, 0, 6));

        public Tensor relu6_() => InPlace([], x => x.relu6());

        public Tensor leaky_relu(Scalar negative_slope) => Op.Composed(this, x => Activation.LeakyRelu(x, negative_slope));

        public Tensor leaky_relu_(Scalar negative_slope) => InPlace([], x => x.leaky_relu(negative_slope));

        public Tensor elu(double alpha = 1) => Op.Composed(this, x => Activation.Elu(x, alpha, 1, 1));

        public Tensor elu_(double alpha = 1) => InPlace([], x => x.elu(alpha));

        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Op.Composed(this, x => Activation.Elu(x, alpha, scale, input_scale));

        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => InPlace([], x => x.elu(alpha, scale, input_scale));

        public Tensor celu() => Op.Composed(this, x => Activation.Celu(x, 1));

        public Tensor celu_() => InPlace([], x => x.celu());

        public Tensor celu(Scalar alpha) => Op.Composed(this, x => Activation.Celu(x, alpha.ToDouble()));

        public Tensor celu_(Scalar alpha) => InPlace([], x => x.celu(alpha));

        public Tensor selu() => Op.Composed(this, x => Activation.Elu(x, SeluAlpha, SeluScale, 1));

        public Tensor selu_() => InPlace([], x => x.selu());

        public Tensor gelu() => Op.Composed(this, Activation.Gelu);

        public Tensor gelu_() => InPlace([], x => x.gelu());

        public Tensor gelu(GELU.Approximate approximate) => Op.Composed(this, approximate == GELU.Approximate.tanh ? Activation.GeluTanh : Activation.Gelu);

        public Tensor gelu_(GELU.Approximate approximate) => InPlace([], x => x.gelu(approximate));

        public Tensor silu() => Op.Composed(this, x => x * x.sigmoid());

        public Tensor silu_() => InPlace([], x => x.silu());

        public Tensor hardsigmoid() => Op.Composed(this, Activation.HardSigmoid);

        public Tensor hardsigmoid_() => InPlace([], x => x.hardsigmoid());

        public Tensor hardswish() => Op.Composed(this, Activation.HardSwish);

        public Tensor hardswish_() => InPlace([], x => x.hardswish());

        public Tensor hardtanh(Scalar min, Scalar max) => Op.Composed(this, x => Activation.Bounded(x, min, max));

        public Tensor hardtanh_(Scalar min, Scalar max) => InPlace([], x => x.hardtanh(min, max));

        public Tensor threshold(Scalar threshold, Scalar value) => Op.Composed(this, x => Activation.Threshold(x, threshold, value));

        public Tensor threshold_(Scalar threshold, Scalar value) => InPlace([], x => x.threshold(threshold, value));

        // Slopes are drawn in training only, and there is no flag for it here: evaluation's mean slope.
        public Tensor rrelu(double lower = 1.0 / 8, double upper = 1.0 / 3) => leaky_relu((lower + upper) / 2);

        public Tensor rrelu_(double lower = 1.0 / 8, double upper = 1.0 / 3) => leaky_relu_((lower + upper) / 2);

        public Tensor prelu(Tensor target) => Op.Composed(this, target, Activation.PRelu);

        public Tensor glu(long dim = -1) => Op.Composed(this, x =>
        {
            Tensor[] halves = x.chunk(2, dim);
            return halves[0] * halves[1].sigmoid();
        });

        public Tensor softplus(double beta = 1, double threshold = 20) => Op.Composed(this, x => Activation.Softplus(x, beta, threshold));
    }
}

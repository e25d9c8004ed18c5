using System.Runtime.InteropServices;
using TorchSharp.Layers;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) =>
                CrossEntropy.Loss(input, target, weight, ignore_index, reduction, label_smoothing);

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Losses.NegativeLogLikelihood(input, target, weight, reduction);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                Losses.WarnOfBroadcast(input, target);
                return Losses.Of(reduction, input, target, (input, target) => (input - target).square());
            }

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                Losses.WarnOfBroadcast(input, target);
                return Losses.Of(reduction, input, target, (input, target) => (input - target).abs());
            }

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1.0)
            {
                if (beta < 0) throw new ExternalException("beta, up to which smooth_l1_loss is square, is not negative.");
                if (beta == 0) return l1_loss(input, target, reduction);
                Losses.WarnOfBroadcast(input, target);
                return Losses.Of(reduction, input, target, (input, target) =>
                {
                    Tensor difference = input - target, size = difference.abs();
                    return where(size < beta, difference.square() * (0.5 / beta), size - (0.5 * beta));
                });
            }

            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1.0, Reduction reduction = Reduction.Mean)
            {
                if (delta <= 0) throw new ExternalException("delta, up to which huber_loss is square, is positive.");
                Losses.WarnOfBroadcast(input, target);
                return Losses.Of(reduction, input, target, (input, target) =>
                {
                    Tensor difference = input - target, size = difference.abs();
                    return where(size < delta, difference.square() * 0.5, (size - (0.5 * delta)) * delta);
                });
            }

            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Losses.Of(reduction, input, target, (input, target) =>
                {
                    Tensor losses = Losses.BinaryCrossEntropy(input, target);
                    return weight is null ? losses : losses * weight;
                });

            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null)
            {
                if (!input.shape.AsSpan().SequenceEqual(target.shape))
                    throw new ExternalException($"Binary cross entropy compares element by element: an input of {Losses.Text(input)} and a target of {Losses.Text(target)} are not of one size.");
                return Losses.Of(reduction, input, target, (input, target) =>
                {
                    // (1 − t)·x − (1 + (w − 1)·t)·log σ(x): no exponential overflows, whatever the logit.
                    Tensor logarithm = Activation.LogSigmoid(input);
                    if (pos_weights is not null) logarithm *= ((pos_weights - 1) * target) + 1;
                    Tensor losses = ((1 - target) * input) - logarithm;
                    return weight is null ? losses : losses * weight;
                });
            }

            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) => Losses.Of(reduction, input, target, (input, target) =>
            {
                if (log_target) return target.exp() * (target - input);
                Tensor logarithm = target.masked_fill(target <= 0, 1).log();
                return (target * logarithm) - (target * input);
            });

            public static Tensor poisson_nll_loss(Tensor input, Tensor target, bool log_input = true, bool full = false, float eps = 1e-8f, Reduction reduction = Reduction.Mean) => Losses.Of(reduction, input, target, (input, target) =>
            {
                Tensor losses = log_input ? input.exp() - (target * input) : input - (target * (input + eps).log());
                if (!full) return losses;

                // Stirling's approximation of log t!, which is good above one.
                Tensor counts = target.clamp_min(1);
                Tensor factorial = (counts * counts.log()) - counts + ((counts * (2 * Math.PI)).log() * 0.5);
                return losses + factorial.masked_fill(target <= 1, 0);
            });

            public static Tensor gaussian_nll_loss(Tensor input, Tensor target, Tensor variance, bool full = false, float eps = 1e-6f, Reduction reduction = Reduction.Mean) => Losses.Of(reduction, input, target, (input, target) =>
            {
                long rows = input.shape[0];
                Tensor x = input.view(rows, -1), t = target.view(rows, -1), v = variance.to(x.dtype).view(rows, -1);
                if (v.shape[1] != x.shape[1] && v.shape[1] != 1) throw new ArgumentException("the variance does not fit the input", nameof(variance));
                if ((v < 0).any().item<bool>()) throw new ArgumentException("a variance is below zero", nameof(variance));

                // TorchSharp bounds the variance outside of the graph, so that no gradient reaches it.
                v = v.detach().clamp_min(eps);
                Tensor losses = (v.log() + ((x - t).square() / v)).sum(1) * 0.5;
                return full ? losses + (0.5 * x.shape[1] * Math.Log(2 * Math.PI)) : losses;
            });

            public static Tensor cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, double margin = 0.0, Reduction reduction = Reduction.Mean) => Losses.Of(reduction, input1, input2, (input1, input2) =>
            {
                const double Eps = 1e-12;
                long dim = target.dim();
                Tensor lengths = (input1.square().sum(dim) + Eps) * (input2.square().sum(dim) + Eps);
                Tensor cosine = (input1 * input2).sum(dim) / lengths.sqrt();
                return (1 - cosine).masked_fill(target != 1, 0) + (cosine - margin).clamp_min(0).masked_fill(target != -1, 0);
            });

            public static Tensor hinge_embedding_loss(Tensor input, Tensor target, double margin = 0.0, Reduction reduction = Reduction.Mean) =>
                Losses.Of(reduction, input, target, (input, target) => (margin - input).clamp_min(0).masked_fill(target == 1, 0) + input.masked_fill(target == -1, 0));

            public static Tensor margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, double margin = 0.0, Reduction reduction = Reduction.Mean) =>
                Losses.Of(reduction, input1, input2, (input1, input2) => ((-target * (input1 - input2)) + margin).clamp_min(0));

            public static Tensor soft_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Losses.Of(reduction, input, target, (input, target) => -Activation.LogSigmoid(target * input));

            public static Tensor multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) => Losses.Of(reduction, input, target, (input, target) =>
            {
                Tensor losses = -((target * Activation.LogSigmoid(input)) + ((1 - target) * Activation.LogSigmoid(-input)));
                if (weight is not null) losses *= weight;
                return losses.mean([-1]);
            });

            public static Tensor multi_margin_loss(Tensor input, Tensor target, int p = 1, double margin = 1.0, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                if (p is not (1 or 2)) throw new ExternalException($"The margin is taken to the power 1 or 2, not {p}.");
                return Losses.Of(reduction, input, target, (input, target) =>
                {
                    Losses.CheckClasses(target, input.shape[^1], ignored: null);
                    Tensor index = target.unsqueeze(-1), gap = (input - input.gather(-1, index) + margin).clamp_min(0);
                    if (p == 2) gap = gap.square();
                    if (weight is not null) gap *= weight.index_select(0, target.reshape(-1)).reshape(index.shape);
                    Tensor others = one_hot(target, input.shape[^1]) == 0;
                    return (gap * others.to_type(input.dtype)).mean([-1]);
                });
            }

            public static Tensor multi_label_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                if (!input.shape.AsSpan().SequenceEqual(target.shape))
                    throw new ExternalException($"An input of {Losses.Text(input)} has classes for each score, not a target of {Losses.Text(target)}.");
                return Losses.Of(reduction, input, target, (input, target) =>
                {
                    // A row lists its classes up to the first −1.
                    Tensor listed = (target >= 0).to_type(input.dtype).cumprod(-1), index = target.clamp_min(0);
                    Tensor isTarget = zeros_like(input).scatter_add(-1, index, listed) > 0;
                    Tensor gaps = (input.unsqueeze(-2) - input.gather(-1, index).unsqueeze(-1) + 1).clamp_min(0);
                    Tensor counted = listed.unsqueeze(-1) * isTarget.logical_not().to_type(input.dtype).unsqueeze(-2);
                    return (gaps * counted).sum(-1).sum(-1) / input.shape[^1];
                });
            }

            public static Tensor triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, double margin = 1.0, long p = 2, double eps = 1e-06, bool swap = false, Reduction reduction = Reduction.Mean) =>
                Triplet(anchor, positive, negative, (a, b) => pairwise_distance(a, b, p, eps), margin, swap, reduction);

            public static Tensor triplet_margin_with_distance_loss(Tensor anchor, Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor>? distance = null, double margin = 1.0, bool swap = false, Reduction reduction = Reduction.Mean) =>
                Triplet(anchor, positive, negative, distance ?? ((a, b) => pairwise_distance(a, b)), margin, swap, reduction);

            public static Tensor ctc_loss(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, long blank = 0, bool zero_infinity = false, Reduction reduction = Reduction.Mean)
            {
                if (log_probs.dim() is not (2 or 3)) throw new ExternalException($"log_probs are of [frames, batch, classes], or of one sequence without batch: not {Losses.Text(log_probs)}.");
                bool single = log_probs.dim() == 2;
                long classes = log_probs.shape[^1], batch = single ? 1 : log_probs.shape[1];
                if (blank < 0 || blank >= classes) throw new ExternalException($"The blank {blank} is none of {classes} classes.");
                return Op.Composed(log_probs, scores =>
                {
                    long[] frames = ConnectionistTemporal.Lengths(input_lengths, batch, log_probs.shape[0]), lengths = ConnectionistTemporal.Lengths(target_lengths, batch, null);
                    Tensor losses = ConnectionistTemporal.Of(
                        single ? scores.unsqueeze(1) : scores, ConnectionistTemporal.Classes(targets, lengths, classes), frames, lengths, blank, zero_infinity);
                    return reduction switch
                    {
                        Reduction.None => single ? losses.squeeze(0) : losses,
                        Reduction.Sum => losses.sum(),
                        // A mean over the places of each target, then over the batch.
                        _ => (losses / Pointwise.Of<long>(lengths, [batch], log_probs.device).clamp_min(1)).mean(),
                    };
                });
            }

            public static Tensor pairwise_distance(Tensor input1, Tensor input2, double p = 2.0, double eps = 1e-6, bool keepdim = false) =>
                Op.Composed(input1, input2, (a, b) => Distance.Pairwise(a, b, p, eps, keepdim));

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
                Op.Composed(x1, x2, (a, b) => Distance.CosineSimilarity(a, b, dim, eps));

            static Tensor Triplet(Tensor anchor, Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor> distance, double margin, bool swap, Reduction reduction) => Op.Composed(() =>
            {
                Tensor near = distance(anchor, positive), far = distance(anchor, negative);
                if (swap) far = far.minimum(distance(positive, negative));
                return Losses.Of(reduction, near, far, (near, far) => (near - far + margin).clamp_min(0));
            });
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Multiplies the rates by a factor once a metric has not become better for more than <c>patience</c> epochs.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool smallerIsBetter;
                    private readonly bool relative;
                    private readonly double factor;
                    private readonly double threshold;
                    private readonly double eps;
                    private readonly int patience;
                    private readonly int cooldown;
                    private readonly List<double> floors;

                    private double best;
                    private int badEpochs;
                    private int coolingEpochs;

                    public ReduceLROnPlateau(
                        Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 1e-4,
                        string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8, bool verbose = false)
                        : base(optimizer, -1, verbose)
                    {
                        if (factor >= 1)
                        {
                            throw new ArgumentException("The factor must be below 1.", nameof(factor));
                        }
                        smallerIsBetter = mode switch
                        {
                            "min" => true,
                            "max" => false,
                            _ => throw new ArgumentException($"The mode is \"min\" or \"max\", not \"{mode}\".", nameof(mode)),
                        };
                        relative = threshold_mode switch
                        {
                            "rel" => true,
                            "abs" => false,
                            _ => throw new ArgumentException($"The threshold mode is \"rel\" or \"abs\", not \"{threshold_mode}\".", nameof(threshold_mode)),
                        };
                        this.factor = factor;
                        this.threshold = threshold;
                        this.eps = eps;
                        this.patience = patience;
                        this.cooldown = cooldown;
                        floors = min_lr is { Count: > 1 }
                            ? [.. min_lr]
                            : [.. Enumerable.Repeat(min_lr is [double only] ? only : 0, optimizer.ParamGroups.Count())];
                        best = smallerIsBetter ? double.PositiveInfinity : double.NegativeInfinity;
                    }

                    public override void step(double current, int? epoch = null)
                    {
                        _last_epoch = epoch ?? _last_epoch + 1;
                        if (IsBetter(current))
                        {
                            best = current;
                            badEpochs = 0;
                        }
                        else
                        {
                            badEpochs++;
                        }
                        if (coolingEpochs > 0)
                        {
                            coolingEpochs--;
                            badEpochs = 0;
                        }
                        if (badEpochs > patience)
                        {
                            Reduce();
                            coolingEpochs = cooldown;
                            badEpochs = 0;
                        }
                    }

                    public override void step() => throw new InvalidOperationException("This scheduler needs the metric: step(double, int?).");

                    public override void step(
                        int? epoch) => throw new InvalidOperationException("This scheduler needs the metric: step(double, int?).");

                    private bool IsBetter(double current) => (smallerIsBetter, relative) switch
                    {
                        (true, true) => current < best * (1 - threshold),
                        (true, false) => current < best - threshold,
                        (false, true) => current > best * (1 + threshold),
                        (false, false) => current > best + threshold,
                    };

                    private void Reduce()
                    {
                        foreach (var (group, i) in _optimizer.ParamGroups.Select((group, i) => (group, i)))
                        {
                            double reduced = Math.Max(group.LearningRate * factor, floors[i]);
                            if (group.LearningRate - reduced <= eps)
                            {
                                continue;
                            }
                            group.LearningRate = reduced;
                            if (_verbose)
                            {
                                Console.WriteLine(FormattableString.Invariant($"Epoch {_last_epoch}: reducing learning rate of group {i} to {reduced:g4}."));
                            }
                        }
                    }
                }
            }

            public static LRScheduler ReduceLROnPlateau(
                Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 1e-4,
                string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8, bool verbose = false) =>
                new impl.ReduceLROnPlateau(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps, verbose);
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Moves the rates up and down between two bounds, over and over.</summary>
                public class CyclicLR : LRScheduler
                {
                    private readonly double cycleLength;
                    private readonly double risingShare;
                    private readonly Func<double, double> scale;
                    private readonly ScaleMode scaleMode;
                    private readonly List<double> maximumRates;
                    private readonly List<double>? baseMomenta;
                    private readonly List<double>? maximumMomenta;

                    public CyclicLR(
                        Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1,
                        Mode mode = Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true, double base_momentum = 0.8, double max_momentum = 0.9,
                        int last_epoch = -1, bool verbose = false)
                        : this(
                            optimizer, ForEachGroup(optimizer, base_lr), ForEachGroup(optimizer, max_lr), step_size_up, step_size_down, mode, gamma,
                            scale_fn, scale_mode, cycle_momentum, ForEachGroup(optimizer, base_momentum), ForEachGroup(optimizer, max_momentum),
                            last_epoch, verbose)
                    {
                    }

                    public CyclicLR(
                        Optimizer optimizer, IEnumerable<double> base_lr, IEnumerable<double> max_lr, int step_size_up = 2000,
                        int step_size_down = -1, Mode mode = Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true, IEnumerable<double>? base_momentum = null,
                        IEnumerable<double>? max_momentum = null, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        cycleLength = step_size_up + (double)(step_size_down == -1 ? step_size_up : step_size_down);
                        risingShare = step_size_up / cycleLength;
                        maximumRates = [.. max_lr];
                        _base_lrs = [.. base_lr];
                        scaleMode = scale_fn is null ? ScaleMode.Cycle : scale_mode;
                        scale = scale_fn ?? ScaleOf(mode, gamma);
                        if (cycle_momentum)
                        {
                            if (optimizer is not IMomentum)
                            {
                                throw new ArgumentException("An optimizer without momentum has none to cycle.", nameof(cycle_momentum));
                            }
                            baseMomenta = [.. base_momentum ?? ForEachGroup(optimizer, 0.8)];
                            maximumMomenta = [.. max_momentum ?? ForEachGroup(optimizer, 0.9)];
                        }
                        if (last_epoch == -1)
                        {
                            Begin();
                        }
                        step();
                    }

                    public enum Mode
                    {
                        Triangular,
                        Triangular2,
                        ExpRange,
                    }

                    public enum ScaleMode
                    {
                        Cycle,
                        Iterations,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        double cycle = Math.Floor(1 + _last_epoch / cycleLength);
                        double position = 1 + _last_epoch / cycleLength - cycle;
                        double height = position <= risingShare ? position / risingShare : (position - 1) / (risingShare - 1);
                        double scaled = height * scale(scaleMode == ScaleMode.Cycle ? cycle : _last_epoch);
                        return _optimizer.ParamGroups.Select((group, i) =>
                        {
                            // In TorchSharp the momentum rises above its maximum where PyTorch's falls below it.
                            if (maximumMomenta is not null)
                            {
                                ((IMomentum)group).Momentum = maximumMomenta[i] + (maximumMomenta[i] - baseMomenta![i]) * scaled;
                            }
                            return _base_lrs[i] + (maximumRates[i] - _base_lrs[i]) * scaled;
                        });
                    }

                    private void Begin()
                    {
                        foreach (var (group, i) in _optimizer.ParamGroups.Select((group, i) => (group, i)))
                        {
                            group.LearningRate = _base_lrs[i];
                            if (baseMomenta is not null)
                            {
                                ((IMomentum)group).Momentum = baseMomenta[i];
                            }
                        }
                    }

                    private static Func<double, double> ScaleOf(Mode mode, double gamma) => mode switch
                    {
                        Mode.Triangular2 => cycle => 1 / Math.Pow(2, cycle - 1),
                        Mode.ExpRange => cycle => Math.Pow(gamma, cycle),
                        _ => _ => 1,
                    };
                }
            }

            public static LRScheduler CyclicLR(
                Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1,
                impl.CyclicLR.Mode mode = impl.CyclicLR.Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null,
                impl.CyclicLR.ScaleMode scale_mode = impl.CyclicLR.ScaleMode.Cycle, bool cycle_momentum = true, double base_momentum = 0.8,
                double max_momentum = 0.9, int last_epoch = -1, bool verbose = false) =>
                new impl.CyclicLR(
                    optimizer, base_lr, max_lr, step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode, cycle_momentum, base_momentum,
                    max_momentum, last_epoch, verbose);

            public static LRScheduler CyclicLR(
                Optimizer optimizer, IEnumerable<double> base_lr, IEnumerable<double> max_lr, int step_size_up = 2000, int step_size_down = -1,
                impl.CyclicLR.Mode mode = impl.CyclicLR.Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null,
                impl.CyclicLR.ScaleMode scale_mode = impl.CyclicLR.ScaleMode.Cycle, bool cycle_momentum = true,
                IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null, int last_epoch = -1, bool verbose = false) =>
                new impl.CyclicLR(
                    optimizer, base_lr, max_lr, step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode, cycle_momentum, base_momentum,
                    max_momentum, last_epoch, verbose);
        }
    }
}

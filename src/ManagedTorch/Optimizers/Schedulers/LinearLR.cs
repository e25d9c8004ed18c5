namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Moves the rates on a line from one factor to another.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double startFactor;
                    private readonly double endFactor;
                    private readonly int totalIters;

                    public LinearLR(
                        Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1.0, int total_iters = 5, int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        startFactor = start_factor;
                        endFactor = end_factor;
                        totalIters = total_iters;
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0)
                        {
                            return Scaled(startFactor);
                        }
                        double rise = endFactor - startFactor;
                        return Scaled(_last_epoch > totalIters ? 1 : 1 + rise / (totalIters * startFactor + (_last_epoch - 1) * rise));
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => rate * (startFactor + (endFactor - startFactor) * Math.Min(totalIters, _last_epoch) / totalIters));
                }
            }

            public static LRScheduler LinearLR(
                Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1.0, int total_iters = 5, int last_epoch = -1,
                bool verbose = false) =>
                new impl.LinearLR(optimizer, start_factor, end_factor, total_iters, last_epoch, verbose);
        }
    }
}

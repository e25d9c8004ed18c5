namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Moves the rates to zero along a power of the epochs that are left.</summary>
                public class PolynomialLR : LRScheduler
                {
                    private readonly double totalIters;
                    private readonly double power;

                    public PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1.0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        totalIters = total_iters;
                        this.power = power;
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0 || _last_epoch > totalIters)
                        {
                            return Scaled(1);
                        }
                        return Scaled(Math.Pow((1 - _last_epoch / totalIters) / (1 - (_last_epoch - 1) / totalIters), power));
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => rate * Math.Pow(1 - Math.Min(totalIters, _last_epoch) / totalIters, power));
                }
            }

            public static LRScheduler PolynomialLR(
                Optimizer optimizer, int total_iters = 5, double power = 1, int last_epoch = -1, bool verbose = false) =>
                new impl.PolynomialLR(optimizer, total_iters, power, last_epoch, verbose);
        }
    }
}

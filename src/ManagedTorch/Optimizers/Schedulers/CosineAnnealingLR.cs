namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Moves the rates down and up along a cosine.</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double halfPeriod;
                    private readonly double floor;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        halfPeriod = T_max;
                        floor = eta_min;
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0)
                        {
                            return Scaled(1);
                        }
                        // At the bottom of a period the quotient below is 0/0: the first step up is given by the closed form.
                        if ((_last_epoch - 1 - halfPeriod) % (2 * halfPeriod) == 0)
                        {
                            return _optimizer.ParamGroups.Zip(_base_lrs, (group, rate) =>
                                group.LearningRate + (rate - floor) * (1 - Math.Cos(Math.PI / halfPeriod)) / 2);
                        }
                        double quotient = (1 + Math.Cos(Math.PI * _last_epoch / halfPeriod)) / (1 + Math.Cos(Math.PI * (_last_epoch - 1) / halfPeriod));
                        return _optimizer.ParamGroups.Select(group => quotient * (group.LearningRate - floor) + floor);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => floor + (rate - floor) * (1 + Math.Cos(Math.PI * _last_epoch / halfPeriod)) / 2);
                }
            }

            public static LRScheduler CosineAnnealingLR(
                Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);
        }
    }
}

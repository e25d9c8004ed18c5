namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>One rise of the rates to their maximum and one fall to next to nothing; the momentum goes the other way.</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly int totalSteps;
                    private readonly bool cyclesMomentum;
                    private readonly AnnealStrategy strategy;
                    private readonly Phase[] phases;
                    private readonly Dictionary<Level, List<double>> levels = [];

                    public OneCycleLR(
                        Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85,
                        double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false,
                        int last_epoch = -1, bool verbose = false)
                        : this(
                            optimizer, ForEachGroup(optimizer, max_lr), total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum,
                            ForEachGroup(optimizer, base_momentum), ForEachGroup(optimizer, max_momentum), div_factor, final_div_factor, three_phase,
                            last_epoch, verbose)
                    {
                    }

                    public OneCycleLR(
                        Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1,
                        double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null, double div_factor = 25,
                        double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (cycle_momentum && optimizer is not (IMomentum or IBetas))
                        {
                            throw new ArgumentException("An optimizer without momentum has none to cycle.", nameof(cycle_momentum));
                        }
                        if (pct_start is < 0 or > 1)
                        {
                            throw new ArgumentException("The share of the rising phase must be between 0 and 1.", nameof(pct_start));
                        }
                        totalSteps = TotalSteps(total_steps, epochs, steps_per_epoch);
                        cyclesMomentum = cycle_momentum;
                        strategy = anneal_strategy;
                        phases = Phases(pct_start, three_phase);

                        levels[Level.MaximumRate] = [.. max_lr];
                        levels[Level.InitialRate] = [.. levels[Level.MaximumRate].Select(rate => rate / div_factor)];
                        levels[Level.FinalRate] = [.. levels[Level.InitialRate].Select(rate => rate / final_div_factor)];
                        // A cycle that is taken up again has no momenta: as in TorchSharp its first step throws.
                        if (cycle_momentum && last_epoch == -1)
                        {
                            levels[Level.MaximumMomentum] = [.. max_momentum ?? ForEachGroup(optimizer, 0.95)];
                            levels[Level.BaseMomentum] = [.. base_momentum ?? ForEachGroup(optimizer, 0.85)];
                        }
                        step();
                    }

                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    private enum Level
                    {
                        InitialRate,
                        MaximumRate,
                        FinalRate,
                        BaseMomentum,
                        MaximumMomentum,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch > totalSteps)
                        {
                            throw new InvalidOperationException($"Step {_last_epoch + 1} of a cycle of {totalSteps}.");
                        }
                        return _optimizer.ParamGroups.Select((group, i) =>
                        {
                            var (rate, momentum) = At(i);
                            if (cyclesMomentum)
                            {
                                SetMomentum(group, momentum);
                            }
                            return rate;
                        });
                    }

                    // TorchSharp compares the index of the group, not of the phase, with that of the last phase:
                    // the group whose index that is stays in the first phase. Past the last phase all is zero.
                    private (double Rate, double Momentum) At(int group)
                    {
                        double start = 0;
                        foreach (Phase phase in phases)
                        {
                            if (_last_epoch <= phase.End || group == phases.Length - 1)
                            {
                                double share = (_last_epoch - start) / (phase.End - start);
                                return (
                                    Between(levels[phase.FromRate][group], levels[phase.ToRate][group], share),
                                    cyclesMomentum ? Between(levels[phase.FromMomentum][group], levels[phase.ToMomentum][group], share) : 0);
                            }
                            start = phase.End;
                        }
                        return (0, 0);
                    }

                    private double Between(double from, double to, double share) => strategy == AnnealStrategy.Cos
                        ? to + (from - to) / 2 * (Math.Cos(Math.PI * share) + 1)
                        : (to - from) * share + from;

                    private Phase[] Phases(double rising, bool threePhases)
                    {
                        Phase rise = new(rising * totalSteps - 1, Level.InitialRate, Level.MaximumRate, Level.MaximumMomentum, Level.BaseMomentum);
                        double last = totalSteps - 1;
                        return threePhases
                            ?
                            [
                                rise,
                                new(2 * rising * totalSteps - 2, Level.MaximumRate, Level.InitialRate, Level.BaseMomentum, Level.MaximumMomentum),
                                new(last, Level.InitialRate, Level.FinalRate, Level.MaximumMomentum, Level.MaximumMomentum),
                            ]
                            : [rise, new(last, Level.MaximumRate, Level.FinalRate, Level.BaseMomentum, Level.MaximumMomentum)];
                    }

                    private static void SetMomentum(ILearningRateController group, double momentum)
                    {
                        switch (group)
                        {
                            case IBetas betas: betas.Betas = (momentum, betas.Betas.Item2); break;
                            case IMomentum plain: plain.Momentum = momentum; break;
                            default: break;
                        }
                    }

                    private static int TotalSteps(int total_steps, int epochs, int steps_per_epoch)
                    {
                        if (total_steps == -1 && epochs == -1 && steps_per_epoch == -1)
                        {
                            throw new ArgumentException("The length of the cycle is missing: total_steps, or epochs and steps_per_epoch.", nameof(total_steps));
                        }
                        if (total_steps != -1)
                        {
                            return Positive(total_steps, nameof(total_steps));
                        }
                        return Positive(epochs, nameof(epochs)) * Positive(steps_per_epoch, nameof(steps_per_epoch));

                        static int Positive(int count, string name) =>
                            count > 0 ? count : throw new ArgumentException($"{name} must be positive, not {count}.", name);
                    }

                    private sealed record Phase(double End, Level FromRate, Level ToRate, Level FromMomentum, Level ToMomentum);
                }
            }

            public static LRScheduler OneCycleLR(
                Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos, bool cycle_momentum = true,
                double base_momentum = 0.85, double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4,
                bool three_phase = false, int last_epoch = -1, bool verbose = false) =>
                new impl.OneCycleLR(
                    optimizer, max_lr, total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, base_momentum, max_momentum,
                    div_factor, final_div_factor, three_phase, last_epoch, verbose);

            public static LRScheduler OneCycleLR(
                Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1,
                double pct_start = 0.3, impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos,
                bool cycle_momentum = true, IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null,
                double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false) =>
                new impl.OneCycleLR(
                    optimizer, max_lr, total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, base_momentum, max_momentum,
                    div_factor, final_div_factor, three_phase, last_epoch, verbose);
        }
    }
}

using TorchSharp.Modules;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards.Decoding;

/// <summary>The learning rates of a training, or of as much of it as there has been, group by group.</summary>
/// <param name="groups">The names of the parameter groups, empty where there is but one.</param>
/// <param name="schedulers">What makes the rates.</param>
internal sealed class ScheduleRun(IReadOnlyList<string> groups, IReadOnlyList<LRScheduler> schedulers)
{
    // A rate that stays low so long has not gone through the bottom of a period.
    private const double ForGood = 0.05;

    private readonly RateProfile[] _groups = [.. groups.Select(_ => new RateProfile())];

    /// <summary>What is counted: <c>step</c> or <c>epoch</c>.</summary>
    public string Unit { get; init; } = "step";

    /// <summary>How many there are in all; null where that is not known.</summary>
    public long? Total { get; init; }

    /// <summary>How many epochs those are; null where that is not known.</summary>
    public long? Epochs { get; init; }

    /// <summary>When the rate first changes where that is after the end of training; null where it is not known.</summary>
    public long? FirstChange { get; set; }

    /// <summary>How many have been.</summary>
    public long Count => _groups.Length == 0 ? 0 : _groups[0].Count;

    /// <summary>Whether no rate has ever changed.</summary>
    public bool IsConstant => _groups.All(group => group.IsConstant);

    /// <summary>The schedulers by their types' names.</summary>
    public string Kinds => Words.List([.. schedulers.Select(scheduler => scheduler.GetType().Name).Distinct()]);

    /// <summary>The rates for the eye: those of the group whose rate is largest.</summary>
    public Curve Curve => new("learning rate", _groups.MaxBy(group => group.Peak)?.History ?? []);

    /// <summary>The names of the groups of some optimizers.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<Optimizer> optimizers)
    {
        int several = optimizers.Sum(optimizer => (optimizer.ParamGroups ?? []).Count());
        if (several == 1) return [""];
        return [.. optimizers.SelectMany((optimizer, i) => (optimizer.ParamGroups ?? []).Select((_, j) => optimizers.Count == 1
            ? $"in parameter group {Numbers.Text(j)}"
            : $"in parameter group {Numbers.Text(j)} of optimizer {Numbers.Text(i)}"))];
    }

    /// <summary>Takes in the rates of the next step.</summary>
    public void Add(IReadOnlyList<double> rates)
    {
        for (int i = 0; i < Math.Min(rates.Count, _groups.Length); i++) _groups[i].Add(rates[i]);
    }

    /// <summary>What can be claimed of the rates.</summary>
    /// <param name="finished">Whether training is over.</param>
    /// <param name="mean">The smallest mean over the peak.</param>
    /// <param name="lasts">The smallest part of training.</param>
    /// <param name="climbs">The most climbs.</param>
    public IReadOnlyList<Measurement> Claims(bool finished, double mean, double lasts, int climbs)
    {
        long total = Total ?? Count;
        bool whole = finished && Count >= total;
        (RateProfile Rate, string Name)[] live = [.. _groups.Zip(groups).Where(group => group.First.Peak > 0)];
        if (live.Length == 0) return whole ? [new("largest learning rate", Bound.MoreThan(0), 0)] : [];
        var claims = new List<Measurement>();
        void Claim(string quantity, Bound bound, Func<RateProfile, double> read) => claims.Add(new(quantity, bound, [.. live.Select(group => new Reading(read(group.Rate), group.Name))]));
        if (whole && IsConstant && (FirstChange is not null || (Total is not null && ShouldChange))) Claim("changes of the learning rate", Bound.AtLeast(1), _ => 0);
        if (!schedulers.Any(scheduler => scheduler is impl.CyclicLR)) Claim("climbs from below 1 % of the peak back to half of it", Bound.AtMost(climbs), rate => rate.Climbs);
        if (whole || Total is not null)
            Claim("part of training until the learning rate stays below 1 % of its peak", Bound.AtLeast(lasts), rate => rate.LowSince is { } low && (whole || Count - low >= ForGood * total) ? (low - 1.0) / total : 1);
        if (!whole) return claims;
        Claim("mean learning rate from its peak on, over the peak", Bound.AtLeast(mean), rate => rate.MeanOverPeak);
        if (Total is not null) Claim("part of training before the peak", Bound.AtMost(0.8), rate => (rate.PeakAt - 1.0) / total);
        return claims;
    }

    /// <summary>The likely cause where a claim does not hold.</summary>
    public Cause CauseOf(IReadOnlyList<Measurement> claims)
    {
        long total = Total ?? Count;
        if (_groups.All(group => !(group.Peak > 0)))
        {
            return new(
                $"the learning rate is 0 in all {Numbers.Text(Count)} {Unit}s of {Kinds}",
                "look at the function of the schedule: a division of integers, step / warmup, is 0 until the warm-up is over; write step / (double)warmup");
        }
        if (IsConstant)
        {
            return FirstChange is { } change
                ? new($"{Kinds} first changes the rate at {Unit} {Numbers.Text(change)}, and training ends at {Unit} {Numbers.Text(total)}", Unit == "epoch" ? "give its length in epochs, or step it once a batch and set ScheduledBy" : "give the schedule the length of training, or leave it out", "TG8003")
                : new($"the learning rate is {Numbers.Text(_groups[0].Last)} in all {Numbers.Text(Count)} {Unit}s, though there is a {Kinds}", "call scheduler.step() after optimizer.step(), once a batch or once an epoch; where it is called, its first change lies beyond the end", "TG8001");
        }
        string worst = claims.FirstOrDefault(claim => claim.Outside > 0)?.Worst.Culprit ?? "";
        RateProfile rate = _groups[Math.Max(0, groups.ToList().IndexOf(worst))];
        if (rate.PeakAt - 1.0 > 0.8 * total)
        {
            return Unit == "epoch"
                ? new($"the learning rate still rises at epoch {Numbers.Text(rate.PeakAt)} of {Numbers.Text(total)}, to {Numbers.Text(rate.Peak)}: {Kinds} counts more epochs than there are", "step it once a batch, or give its length in epochs", "TG8003")
                : new($"the learning rate still rises at step {Numbers.Text(rate.PeakAt)} of {Numbers.Text(total)}, to {Numbers.Text(rate.Peak)}", "end the warm-up earlier: a few hundredths of training are usual");
        }
        string climbs = rate.Climbs > 0 ? $" and climbs back {(rate.Climbs == 1 ? "once" : $"{Numbers.Text(rate.Climbs)} times")}" : "";
        string falls = rate.FirstLow is { } low
            ? $"the learning rate falls below 1 % of its peak at {Unit} {Numbers.Text(low)} of {Numbers.Text(total)}, at {Numbers.Text(100.0 * (low - 1) / total)} % of training{climbs}"
            : $"the learning rate is {Numbers.Text(rate.MeanOverPeak)} of its peak in the mean";
        // Below a hundredth comes near the end of what the schedule takes for training.
        bool looksLikeEpochs = Unit == "step" && Epochs is { } epochs && rate.FirstLow is { } first && first <= 1.5 * epochs;
        return Unit == "step"
            ? new(falls + (looksLikeEpochs ? $": {Kinds} is stepped {Numbers.Text(total)} times and has a length like the {Numbers.Text(Epochs!.Value)} epochs" : $": {Kinds} is stepped {Numbers.Text(total)} times"), $"step the scheduler once an epoch, or give its length in steps: {Numbers.Text(total)}", "TG8003")
            : new($"{falls}: {Kinds} is stepped once an epoch", $"give it the length of training: {Numbers.Text(total)} epochs", "TG8003");
    }

    /// <summary>Facts worth reading.</summary>
    public IEnumerable<string> Notes(int climbs)
    {
        foreach ((RateProfile rate, string name) in _groups.Zip(groups))
            if (rate.Climbs > 0 && rate.Climbs <= climbs) yield return $"the learning rate {(name.Length == 0 ? "" : name + " ")}climbs back from below 1 % of its peak and ends at {Numbers.Text(rate.Last / rate.Peak)} of it";
        if (IsConstant && Count > 0) yield return $"the learning rate never changes: {Numbers.Text(_groups[0].Last)}";
    }

    // A function may be constant by choice; these are not made for that.
    private bool ShouldChange => schedulers.Count > 0 && schedulers.All(scheduler =>
        scheduler is impl.StepLR or impl.MultiStepLR or impl.CosineAnnealingLR or impl.OneCycleLR or impl.CyclicLR or impl.LinearLR or impl.PolynomialLR);
}

using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Data;

/// <summary>Validation and test inputs have the means and standard deviations of the training inputs, channel by channel.</summary>
/// <remarks>
/// A difference counts where it is both large (0.25 standard deviations of the mean; a factor of 1.5 of the standard deviation) and certain (z above 6, with examples as what is independent). It cannot
/// see statistics that were computed on all the data, nor integer inputs. Cost: an epoch of each set.
/// </remarks>
/// <param name="deviations">By how many standard deviations of the training data the means may differ.</param>
/// <param name="factor">By what factor the standard deviations may differ.</param>
public sealed class PreprocessingMatches(double deviations = 0.25, double factor = 1.5) : Check
{
    private const long Enough = 30;

    /// <summary>By how many standard deviations of the training data the means may differ.</summary>
    public double Deviations { get; } = deviations;

    /// <summary>By what factor the standard deviations may differ.</summary>
    public double Factor { get; } = factor;

    /// <inheritdoc/>
    public override string Claim => "Validation inputs are prepared as training inputs are.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Setup setup = trial.Setup;
        if (setup.Training is not { } training) return MissingSet.Of(nameof(Setup.Training));
        IReadOnlyList<(string Name, Examples Set)> others = HeldOutSets.Of(setup);
        if (others.Count == 0) return MissingSet.Of(nameof(Setup.Validation), nameof(Setup.Test));
        var read = new List<IReadOnlyList<ChannelStatistics>> { InputStatistics.Of(trial.Epoch(training)) };
        try
        {
            if (read[0].Count == 0) return Findings.NotApplicable("the inputs are integers, such as tokens: they have no scale");
            var shifts = new List<ChannelShifts>();
            foreach ((string name, Examples set) in others)
            {
                read.Add(InputStatistics.Of(trial.Epoch(set)));
                if (read[^1].Count != read[0].Count || read[0].Zip(read[^1]).Any(pair => pair.First.Channels != pair.Second.Channels))
                    return Differ(name, read[0], read[^1]);
                shifts.AddRange(read[0].Zip(read[^1], (own, other) => new ChannelShifts(name, own, other, Deviations, Factor)));
            }
            return new()
            {
                Claims =
                [
                    new($"difference of means over what is allowed, {Numbers.Text(Deviations)} standard deviations and z = 6:", Bound.AtMost(1), [.. shifts.SelectMany(shift => shift.Means)]),
                    new($"difference of standard deviations over what is allowed, a factor of {Numbers.Text(Factor)} and z = 6:", Bound.AtMost(1), [.. shifts.SelectMany(shift => shift.Spreads)]),
                ],
                Controls = [new("examples of a set", Bound.AtLeast(Enough), [.. read.SelectMany(set => set).Select(input => new Reading(input.Examples))])],
                Causes = [.. shifts.Where(shift => !shift.Holds).Select(shift => shift.Cause)],
            };
        }
        finally
        {
            foreach (ChannelStatistics statistics in read.SelectMany(set => set)) statistics.Dispose();
        }
    }

    private static Findings Differ(string name, IReadOnlyList<ChannelStatistics> own, IReadOnlyList<ChannelStatistics> other)
    {
        static int Count(IReadOnlyList<ChannelStatistics> inputs) => inputs.Sum(input => input.Channels);
        return new()
        {
            Claims = [new("channels that training has and the other set has not, or the reverse:", Bound.Exactly(0), Math.Max(1, Math.Abs(Count(own) - Count(other))), $"in the {name} set")],
            Causes = [new($"training inputs have {Numbers.Text(Count(own))} channels of numbers, {name} inputs {Numbers.Text(Count(other))}: they differ in type or in shape", "prepare both by one function")],
        };
    }
}

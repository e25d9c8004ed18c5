using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>How an input of another set differs from that of the training data, channel by channel, and what that points to.</summary>
internal sealed class ChannelShifts
{
    private const double Certain = 6;
    private readonly string _name;
    private readonly ChannelStatistics _own;
    private readonly ChannelStatistics _other;

    public ChannelShifts(string name, ChannelStatistics training, ChannelStatistics other, double deviations, double factor)
    {
        (_name, _own, _other) = (name, training, other);
        Means = [.. Enumerable.Range(0, training.Channels).Select(channel => Read(channel, MeanShift(channel) / deviations, Z(channel, s => s.Mean(channel), s => s.ErrorOfMean(channel))))];
        Spreads = [.. Enumerable.Range(0, training.Channels).Select(channel => Read(channel, SpreadShift(channel) / Math.Log(factor), Z(channel, s => s.Power(channel), s => s.ErrorOfPower(channel))))];
    }

    /// <summary>Of each channel how far the means differ, 1 where it is as far as is allowed.</summary>
    public IReadOnlyList<Reading> Means { get; }

    /// <summary>Of each channel by what factor the standard deviations differ, 1 where it is as much as is allowed.</summary>
    public IReadOnlyList<Reading> Spreads { get; }

    /// <summary>Whether all are within.</summary>
    public bool Holds => Means.Concat(Spreads).All(reading => reading.Value <= 1);

    /// <summary>What the numbers point to.</summary>
    public Cause Cause
    {
        get
        {
            int channel = Enumerable.Range(0, _own.Channels).MaxBy(c => Math.Max(Means[c].Value, Spreads[c].Value));
            double mean = _own.Mean(channel), deviation = _own.Deviation(channel), otherMean = _other.Mean(channel), otherDeviation = _other.Deviation(channel);
            string numbers = $"{_own.At(channel)} the training data has mean {Numbers.Text(mean)} and standard deviation {Numbers.Text(deviation)}, the {_name} set {Numbers.Text(otherMean)} and {Numbers.Text(otherDeviation)}";
            double ratio = deviation / otherDeviation;
            if (Math.Abs(Math.Abs(Math.Log(ratio)) - Math.Log(255)) < 0.2)
                return new($"{numbers}: one is divided by 255 and the other is not", "give both the same transform", "TG5003");
            if (IsReversed) return new($"{numbers}: the means agree in the reverse order of the channels", "read both in one order, RGB or BGR");
            bool standard = IsStandard(_own), otherStandard = IsStandard(_other);
            return standard && !otherStandard ? new($"{numbers}: training inputs are standardised, those of the {_name} set are not", "apply the mean and standard deviation of the training data to both", "TG5003")
                : otherStandard && !standard ? new($"{numbers}: the {_name} inputs are standardised, those of training are not", "apply the mean and standard deviation of the training data to both", "TG5003")
                : new($"{numbers}: they are prepared differently, or come from elsewhere", "prepare both by one function with the statistics of the training data; where they are different by design, allow it by `deviations`");
        }
    }

    private bool IsReversed
    {
        get
        {
            if (_own.Channels is < 3 or > 4) return false;
            double Apart(Func<int, int> match) => Enumerable.Range(0, _own.Channels).Sum(c => Math.Abs(_own.Mean(c) - _other.Mean(match(c))));
            return Apart(c => _own.Channels - 1 - c) < 0.25 * Apart(c => c);
        }
    }

    private static bool IsStandard(ChannelStatistics input) =>
        Enumerable.Range(0, input.Channels).Where(c => input.Lowest(c) < input.Highest(c)).All(c => Math.Abs(input.Mean(c)) < 0.3 && input.Deviation(c) is > 0.6 and < 1.5);

    // Large and certain: the lesser of both says how much it is too much.
    private Reading Read(int channel, double size, double z) => new(Math.Min(size, z / Certain), $"{_own.At(channel)}, {_name} against training");

    private double MeanShift(int channel)
    {
        double difference = Math.Abs(_own.Mean(channel) - _other.Mean(channel)), deviation = Math.Max(_own.Deviation(channel), 1e-9 * Math.Abs(_own.Mean(channel)));
        return difference <= 1e-9 * Math.Abs(_own.Mean(channel)) ? 0 : Math.Min(1e6, difference / deviation);
    }

    private double SpreadShift(int channel)
    {
        bool varies = _own.Lowest(channel) < _own.Highest(channel), otherVaries = _other.Lowest(channel) < _other.Highest(channel);
        return varies && otherVaries ? Math.Abs(Math.Log(_own.Deviation(channel) / _other.Deviation(channel))) : varies == otherVaries ? 0 : 1e6;
    }

    // A set in which a rare feature never occurs has no error of its own: then that of the training data counts, for its number of examples.
    private double Z(int channel, Func<ChannelStatistics, double> value, Func<ChannelStatistics, double> error)
    {
        double own = error(_own), other = Math.Max(error(_other), own * Math.Sqrt(_own.Examples / (double)_other.Examples));
        double difference = Math.Abs(value(_own) - value(_other));
        return difference == 0 ? 0 : Math.Min(1e6, difference / Math.Sqrt((own * own) + (other * other)));
    }
}

using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>What the range of an input says of how it was scaled.</summary>
internal static class ScaleCauses
{
    private const double Byte = 255;

    /// <summary>The cause of one channel out of bounds.</summary>
    public static Cause Of(ChannelStatistics statistics, int channel)
    {
        double mean = statistics.Mean(channel), deviation = statistics.Deviation(channel);
        double lowest = Enumerable.Range(0, statistics.Channels).Min(statistics.Lowest), highest = Enumerable.Range(0, statistics.Channels).Max(statistics.Highest);
        string where = statistics.At(channel);
        if (lowest >= 0 && highest is > 100 and <= Byte)
            return new($"the numbers lie between {Numbers.Text(lowest)} and {Numbers.Text(highest)}: bytes that are not scaled", "divide by 255, and subtract the mean of the training data");
        if (lowest >= 0 && highest <= 1.001 / Byte && highest > 0.4 / Byte)
            return new($"the highest number is {Numbers.Text(highest)}, and 1/255 is {Numbers.Text(1 / Byte)}: they were divided by 255 twice", "divide once: an image that is read as numbers from 0 to 1 needs no division");
        double far = Math.Max(statistics.Highest(channel) - mean, mean - statistics.Lowest(channel)) / deviation;
        return far > 20
            ? new($"{where} the mean is {Numbers.Text(mean)}, the standard deviation {Numbers.Text(deviation)}, and the farthest number {Numbers.Text(far)} of these away: outliers", "clip them, or take logarithms, then standardise")
            : new($"{where} the mean is {Numbers.Text(mean)} and the standard deviation {Numbers.Text(deviation)}: it is not standardised", "subtract the mean and divide by the standard deviation, both of the training data");
    }
}

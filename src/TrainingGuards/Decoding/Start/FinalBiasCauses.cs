using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why the last bias leads away from the labels' distribution: which change of it would make it fit.</summary>
internal static class FinalBiasCauses
{
    // A change explains the bias where it makes up four fifths of what log π would.
    private const double Fits = 0.8, Skew = 0.02;
    private const int Shown = 5;

    /// <param name="bias">The bias.</param>
    /// <param name="prior">π, [classes].</param>
    public static Cause OfClasses(FinalBias bias, Tensor prior)
    {
        string name = $"`{bias.Layer.Path}.bias`";
        Tensor values = bias.Values;
        double away = Distance(values, prior), best = -(prior * prior.clamp(min: 1e-300).log()).sum().ToDouble() - Math.Log(prior.shape[0]);
        bool Explains(Tensor changed) => -best > Skew && Distance(changed, prior) <= Fits * best;
        string remedy = $"begin with log π{Listed(prior)}, or with 0";
        bool two = prior.shape[0] == 2;
        if (!two && Explains(-values)) return new($"{name} with its sign turned fits the labels' distribution: it is −log π", remedy);
        if (Explains(values.flip(0)))
            return new($"{name} fits the labels' distribution in reversed order{(two ? " or with its sign turned" : ": the classes are counted from the other end")}", remedy);
        if (values.gt(0).all().ToBoolean() && Explains(values.log()))
            return new($"{name} holds the classes' shares or counts, and a softmax needs their logarithms", remedy);
        (Tensor ascending, _) = values.sort(0);
        if (Explains(empty_like(values).scatter_(0, prior.argsort(0), ascending)))
            return new($"{name} fits the labels' distribution in another order: its classes are not numbered as those of the targets", remedy);
        long favourite = values.argmax().ToInt64();
        return new(
            $"{name} prefers class {Numbers.Text(favourite)} by {Numbers.Text((values.max() - values.mean()).ToDouble())} over the mean, which {Numbers.Text(100 * prior[favourite].ToDouble())} % of the targets are; uniform predictions are {Numbers.Text(away)} nats nearer to the labels' distribution",
            remedy);
    }

    /// <param name="bias">The bias.</param>
    /// <param name="column">The column that is farthest off.</param>
    /// <param name="ones">The share of ones in it.</param>
    public static Cause OfBinary(FinalBias bias, long column, double ones)
    {
        double value = bias.Values[column].ToDouble(), prior = Math.Log(ones / (1 - ones));
        string name = $"`{bias.Layer.Path}.bias`{(bias.Values.shape[0] == 1 ? "" : $"[{Numbers.Text(column)}]")}";
        return new(
            $"{name} is {Numbers.Text(value)} where {Numbers.Text(100 * ones)} % of the targets are 1{(double.IsFinite(prior) && Math.Abs(value + prior) < 0.5 * Math.Abs(prior) ? ": with its sign turned it fits" : "")}",
            $"begin with log(p / (1 − p)){(double.IsFinite(prior) ? $" = {Numbers.Text(prior)}" : "")}, or with 0");
    }

    /// <param name="bias">The bias.</param>
    /// <param name="column">The column that is farthest off.</param>
    /// <param name="mean">The mean of the targets in it.</param>
    /// <param name="scale">What counts as much there.</param>
    public static Cause OfNumbers(FinalBias bias, long column, double mean, double scale)
    {
        double value = bias.Values[column].ToDouble();
        string name = $"`{bias.Layer.Path}.bias`{(bias.Values.shape[0] == 1 ? "" : $"[{Numbers.Text(column)}]")}";
        string why = Math.Abs(value + mean) < 0.25 * scale ? "with its sign turned it fits" : "it is taken from other targets, or from these before they were scaled";
        return new($"{name} is {Numbers.Text(value)} and the targets have a mean of {Numbers.Text(mean)}: {why}", $"begin with the mean of the targets as the loss sees them, {Numbers.Text(mean)}, or with 0");
    }

    private static double Distance(Tensor values, Tensor prior) => PriorDistance.OfClasses(prior, nn.functional.log_softmax(values, 0));

    private static string Listed(Tensor prior) => prior.shape[0] > Shown || prior.eq(0).any().ToBoolean() ? "" : $" = ({string.Join("; ", HostNumbers.Of(prior.log()).Select(value => Numbers.Text(value)))})";
}

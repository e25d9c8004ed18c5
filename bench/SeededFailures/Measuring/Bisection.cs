using SeededFailures.Scoring;
using SeededFailures.Sources;

namespace SeededFailures.Measuring;

/// <summary>Finds how strong a failure must be to hurt, as DeepCrime does (Humbatova, Jahangirova and Tonella, ISSTA 2021).</summary>
internal static class Bisection
{
    private const int Halvings = 5;

    /// <summary>The smallest strength found that hurts, by bisection between the weakest and the strongest, in logarithms where both are above 0; null where the strongest does not.</summary>
    public static double? SmallestThatHurts(TrainingProgram program, Failure failure, int runs)
    {
        Strength range = failure.Strength ?? throw new ArgumentException($"{failure.Name} has no strength.", nameof(failure));
        IReadOnlyList<double> sound = Measure.Metrics(Mutant.Sound(program), runs);
        bool Hurts(double strength) => Mutant.Of(program, failure, strength) is { } mutant && Harm.Of(sound, Measure.Metrics(mutant, runs)).Hurts;
        if (!Hurts(range.Strong)) return null;
        bool logarithmic = range.Weak > 0 && range.Strong > 0;
        (double weak, double strong) = (range.Weak, range.Strong);
        for (int k = 0; k < Halvings; k++)
        {
            double middle = logarithmic ? Math.Sqrt(weak * strong) : (weak + strong) / 2;
            if (range.Whole) middle = Math.Round(middle);
            if (middle == weak || middle == strong) break;
            if (Hurts(middle)) strong = middle;
            else weak = middle;
        }
        return double.Parse(strong.ToString("G3", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
    }
}

namespace TorchSharp;

/// <summary>The normal distribution between two bounds, by its quantiles.</summary>
internal static class TruncatedNormal
{
    /// <summary>Replaces numbers between 0 and 1 by the quantiles of that share.</summary>
    public static void ToQuantiles(Span<double> shares, double mean, double deviation, double lowest, double highest)
    {
        double from = ErrorFunction.Erf((lowest - mean) / (deviation * Math.Sqrt(2)));
        double to = ErrorFunction.Erf((highest - mean) / (deviation * Math.Sqrt(2)));
        foreach (ref double share in shares)
        {
            double quantile = mean + deviation * Math.Sqrt(2) * InverseErf(from + share * (to - from));
            share = Math.Clamp(quantile, lowest, highest);
        }
    }

    // Winitzki's formula is right to two parts in a thousand, and each step of Newton's method doubles the digits.
    private static double InverseErf(double y)
    {
        const double A = 0.147;
        double log = Math.Log((1 - y) * (1 + y));
        double half = 2 / (Math.PI * A) + log / 2;
        double x = Math.CopySign(Math.Sqrt(Math.Sqrt(half * half - log / A) - half), y);
        for (int step = 0; step < 3 && double.IsFinite(x); step++)
        {
            x -= (ErrorFunction.Erf(x) - y) * Math.Sqrt(Math.PI) / 2 * Math.Exp(x * x);
        }
        return x;
    }
}

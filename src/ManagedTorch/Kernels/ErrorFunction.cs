namespace TorchSharp;

/// <summary>erf to the last digits of a double: a table of it at steps of 1/64, and its Taylor series, which is known in closed form, between them.</summary>
internal static class ErrorFunction
{
    private const double Step = 1.0 / 64;
    private const double OneFrom = 6;
    private const double TwoOverRootPi = 1.1283791670955126;

    private static readonly double[] Table = [.. Enumerable.Range(0, (int)(OneFrom / Step) + 1).Select(i => Series(i * Step))];

    internal static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x)) return x;
        if (a >= OneFrom) return Math.Sign(x);
        int nearest = (int)Math.Round(a / Step);
        double p = nearest * Step;
        double h = a - p;
        double p2 = p * p;
        // The nth derivative is the first one times a Hermite polynomial in p.
        double d2 = -2 * p;
        double d3 = (4 * p2) - 2;
        double d4 = ((-8 * p2) + 12) * p;
        double d5 = (((16 * p2) - 48) * p2) + 12;
        double d6 = ((((-32 * p2) + 160) * p2) - 120) * p;
        double slope = TwoOverRootPi * Math.Exp(-p2);
        double rest = h * (1 + (h * ((d2 / 2) + (h * ((d3 / 6) + (h * ((d4 / 24) + (h * ((d5 / 120) + (h * d6 / 720))))))))));
        return Math.CopySign(Table[nearest] + (slope * rest), x);
    }

    /// <summary>The inverse: Winitzki's estimate, good to three digits, and Halley's steps from there.</summary>
    internal static double Inverse(double y)
    {
        if (Math.Abs(y) >= 1 || double.IsNaN(y)) return Math.Abs(y) == 1 ? y / 0.0 : double.NaN;
        const double A = 0.147;
        double log = Math.Log((1 - y) * (1 + y));
        double half = (2 / (Math.PI * A)) + (log / 2);
        double x = Math.CopySign(Math.Sqrt(Math.Sqrt((half * half) - (log / A)) - half), y);
        for (int i = 0; i < 3; i++)
        {
            double step = (Erf(x) - y) / (TwoOverRootPi * Math.Exp(-x * x));
            x -= step / (1 + (x * step));
        }
        return x;
    }

    // 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!: all terms positive, so nothing cancels.
    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-18; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }
        return TwoOverRootPi * Math.Exp(-x * x) * sum;
    }
}

namespace TorchSharp;

/// <summary>ln Γ and its derivatives: asymptotic series, reached by recurrence for small arguments and by reflection for negative ones.</summary>
internal static class GammaFunction
{
    private const double SeriesFrom = 10;

    // B₂, B₄, …: the even Bernoulli numbers, on which all these series are built.
    private static readonly double[] Bernoulli = [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510];

    /// <summary>ln |Γ(x)|; +∞ at the poles.</summary>
    internal static double Log(double x)
    {
        if (double.IsInfinity(x)) return double.PositiveInfinity;
        if (x <= 0 && x == Math.Floor(x)) return double.PositiveInfinity;
        if (x < 0.5) return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - Log(1 - x);
        // At these two it is zero, which a difference of larger numbers would miss.
        if (x is 1 or 2) return 0;
        double product = 1;
        for (; x < SeriesFrom; x++) product *= x;
        double sum = 0, power = x;
        for (int k = 1; k <= Bernoulli.Length; k++, power *= x * x) sum += Bernoulli[k - 1] / (2 * k * ((2 * k) - 1) * power);
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + sum - Math.Log(product);
    }

    /// <summary>ψ, the derivative of ln Γ.</summary>
    internal static double Digamma(double x)
    {
        if (x == 0) return double.IsNegative(x) ? double.PositiveInfinity : double.NegativeInfinity;
        if (x < 0) return x == Math.Floor(x) ? double.NaN : Digamma(1 - x) - (Math.PI / Math.Tan(Math.PI * x));
        if (double.IsInfinity(x)) return x;
        double below = 0;
        for (; x < SeriesFrom; x++) below += 1 / x;
        double sum = 0, power = x * x;
        for (int k = 1; k <= Bernoulli.Length; k++, power *= x * x) sum += Bernoulli[k - 1] / (2 * k * power);
        return Math.Log(x) - (0.5 / x) - sum - below;
    }

    /// <summary>The nth derivative of ψ: (−1)ⁿ⁺¹ n! ζ(n + 1, x).</summary>
    internal static double Polygamma(int n, double x)
    {
        if (n == 0) return Digamma(x);
        double factorial = 1;
        for (int i = 2; i <= n; i++) factorial *= i;
        return (n % 2 == 0 ? -factorial : factorial) * Zeta(n + 1, x);
    }

    // Hurwitz's: Σ (q + k)⁻ˢ, the first terms as they are, the rest by Euler and Maclaurin.
    private static double Zeta(int s, double q)
    {
        if (q <= 0 && q == Math.Floor(q)) return double.PositiveInfinity;
        double sum = 0;
        for (; q < SeriesFrom; q++) sum += Math.Pow(q, -s);
        sum += (Math.Pow(q, 1 - s) / (s - 1)) + (Math.Pow(q, -s) / 2);
        double factor = s / 2.0, power = Math.Pow(q, -s - 1);
        for (int k = 1; k <= Bernoulli.Length; k++)
        {
            sum += Bernoulli[k - 1] * factor * power;
            // From s(s+1)…(s+2k−2) / (2k)! to the next.
            factor *= (s + (2.0 * k) - 1) * (s + (2.0 * k)) / (((2.0 * k) + 1) * ((2.0 * k) + 2));
            power /= q * q;
        }
        return sum;
    }
}

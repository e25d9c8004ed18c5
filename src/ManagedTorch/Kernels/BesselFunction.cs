namespace TorchSharp;

/// <summary>Modified Bessel functions of the first kind, of order 0 and 1, by their power series: all terms have one sign, so nothing cancels.</summary>
internal static class BesselFunction
{
    internal static double I(int order, double x)
    {
        double quarter = x * x / 4, term = order == 0 ? 1 : x / 2, sum = term;
        if (double.IsInfinity(quarter)) return order == 0 ? double.PositiveInfinity : x;
        for (int k = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17; k++)
        {
            term *= quarter / ((double)k * (k + order));
            sum += term;
        }
        return sum;
    }
}

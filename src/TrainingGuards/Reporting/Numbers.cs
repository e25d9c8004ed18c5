using System.Globalization;

namespace TrainingGuards.Reporting;

/// <summary>Numbers as every message prints them: three significant digits, whatever the culture.</summary>
internal static class Numbers
{
    public static string Text(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "∞" : "−∞";
        double size = Math.Abs(value);
        if (value == Math.Floor(value) && size < 1e6) return Sign(value.ToString("0", CultureInfo.InvariantCulture));
        if (size is >= 1e6 or < 1e-4) return Sign(value.ToString("0.##e0", CultureInfo.InvariantCulture).Replace("e-", "e−", StringComparison.Ordinal));
        int decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 6);
        return Sign(Math.Round(value, decimals).ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture));
    }

    /// <summary>A whole number as programs read it.</summary>
    public static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Sign(string text) => text.StartsWith('-') ? "−" + text[1..] : text;
}

using System.Globalization;

namespace DigitClassifier.Display;

/// <summary>Fractions for the eye.</summary>
public static class Percent
{
    /// <summary>A fraction as <c>97.2 %</c>.</summary>
    public static string Of(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{fraction * 100:F1} %");
}

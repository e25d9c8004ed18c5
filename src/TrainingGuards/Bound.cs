using System.Runtime.InteropServices;
using TrainingGuards.Reporting;

namespace TrainingGuards;

/// <summary>The interval in which a reading is expected. NaN and the infinities are in none.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Bound
{
    private readonly double _lower, _upper;
    private readonly bool _open;
    private readonly string? _text;

    private Bound(double lower, double upper, string text, bool open = false) => (_lower, _upper, _text, _open) = (lower, upper, text, open);

    /// <summary>The least value within; null where there is none.</summary>
    internal double? Lower => _lower == double.MinValue ? null : _lower;

    /// <summary>The largest value within; null where there is none.</summary>
    internal double? Upper => _upper == double.MaxValue ? null : _upper;

    /// <summary>Whether the least value itself is outside.</summary>
    internal bool IsOpen => _open;

    /// <summary>The value itself and no other.</summary>
    public static Bound Exactly(double value) => new(value, value, $"exactly {Numbers.Text(value)}");

    /// <summary>Within a fraction of the value on either side: <c>Near(2, 0.05)</c> is 1.9 to 2.1.</summary>
    public static Bound Near(double value, double relative) =>
        new(value - (relative * Math.Abs(value)), value + (relative * Math.Abs(value)), $"{Numbers.Text(value)} ± {Numbers.Text(relative * 100)} %");

    /// <summary>The value or less.</summary>
    public static Bound AtMost(double value) => new(double.MinValue, value, $"at most {Numbers.Text(value)}");

    /// <summary>The value or more.</summary>
    public static Bound AtLeast(double value) => new(value, double.MaxValue, $"at least {Numbers.Text(value)}");

    /// <summary>More than the value.</summary>
    public static Bound MoreThan(double value) => new(value, double.MaxValue, $"more than {Numbers.Text(value)}", open: true);

    /// <summary>From one value to another, both included.</summary>
    public static Bound Between(double lower, double upper) => new(lower, upper, $"{Numbers.Text(lower)} to {Numbers.Text(upper)}");

    /// <summary>A bound as a report tells it.</summary>
    internal static Bound Told(double? lower, double? upper, string text, bool open) => new(lower ?? double.MinValue, upper ?? double.MaxValue, text, open);

    /// <summary>The same bound, with words that say where its numbers come from.</summary>
    public Bound Meaning(string words) => new(_lower, _upper, $"{this} ({words})", _open);

    /// <summary>Whether a reading is within the bound; never for NaN or an infinity.</summary>
    public bool Contains(double reading) => double.IsFinite(reading) && reading <= _upper && (_open ? reading > _lower : reading >= _lower);

    /// <summary>How far a reading lies outside: 0 within the bound, +∞ where the reading is not finite.</summary>
    public double Excess(double reading) =>
        Contains(reading) ? 0 : !double.IsFinite(reading) ? double.PositiveInfinity : Math.Max(Math.Max(reading - _upper, _lower - reading), double.Epsilon);

    /// <summary>The bound in words: <c>at most 0.05</c>.</summary>
    public override string ToString() => _text ?? Exactly(0).ToString();
}

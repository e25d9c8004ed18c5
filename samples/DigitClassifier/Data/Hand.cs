namespace DigitClassifier.Data;

/// <summary>One writing of a digit: how far it leans, turns, stretches and trembles.</summary>
internal sealed class Hand(Random random)
{
    private const double Tremor = 0.045;

    private readonly double _slant = random.Between(-0.15, 0.35);
    private readonly double _turn = random.Between(-0.12, 0.12);
    private readonly double _width = random.Between(0.7, 1.0);
    private readonly double _height = random.Between(0.8, 1.0);
    private readonly double _right = random.Between(-0.06, 0.06);
    private readonly double _down = random.Between(-0.05, 0.05);

    /// <summary>The line that this hand draws of a stroke.</summary>
    public Point[] Write(Stroke stroke) => (stroke with { Points = [.. stroke.Points.Select(Move)] }).Flatten();

    private Point Move(Point point)
    {
        double y = (_height * (point.Y - 0.5)) + (Tremor * random.Normal());
        double x = (_width * (point.X - 0.5)) - (_slant * y) + (Tremor * random.Normal());
        (double sin, double cos) = Math.SinCos(_turn);
        return new(0.5 + _right + (cos * x) - (sin * y), 0.5 + _down + (sin * x) + (cos * y));
    }
}

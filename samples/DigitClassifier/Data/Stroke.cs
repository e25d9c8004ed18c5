namespace DigitClassifier.Data;

/// <summary>What the pen does between touching the paper and leaving it.</summary>
/// <param name="Points">The points that it passes.</param>
/// <param name="IsCurved">Whether it rounds them; else it turns at them.</param>
internal sealed record Stroke(Point[] Points, bool IsCurved)
{
    private const int PiecesPerCurve = 5;

    public static Stroke Curve(params (double X, double Y)[] points) => new([.. points.Select(point => new Point(point.X, point.Y))], IsCurved: true);

    public static Stroke Line(params (double X, double Y)[] points) => new([.. points.Select(point => new Point(point.X, point.Y))], IsCurved: false);

    /// <summary>The points of a line that looks like the stroke: a curve is a Catmull–Rom spline.</summary>
    public Point[] Flatten()
    {
        if (!IsCurved) return Points;
        var line = new List<Point> { Points[0] };
        for (int i = 0; i + 1 < Points.Length; i++)
        {
            Point before = Points[Math.Max(i - 1, 0)], from = Points[i], to = Points[i + 1], after = Points[Math.Min(i + 2, Points.Length - 1)];
            for (int piece = 1; piece <= PiecesPerCurve; piece++)
            {
                double t = (double)piece / PiecesPerCurve;
                line.Add(new(Spline(before.X, from.X, to.X, after.X, t), Spline(before.Y, from.Y, to.Y, after.Y, t)));
            }
        }
        return [.. line];
    }

    private static double Spline(double before, double from, double to, double after, double t) =>
        0.5 * ((2 * from) + (t * (to - before)) + (t * t * ((2 * before) - (5 * from) + (4 * to) - after)) + (t * t * t * ((3 * from) - before - (3 * to) + after)));
}

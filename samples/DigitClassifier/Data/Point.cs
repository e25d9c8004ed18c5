using System.Runtime.InteropServices;

namespace DigitClassifier.Data;

/// <summary>A point of a sheet whose corners are (0, 0), top left, and (1, 1).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Point(double X, double Y)
{
    /// <summary>The distance to the nearest point of a line through the given points.</summary>
    public double DistanceTo(Point[] line)
    {
        double nearest = double.PositiveInfinity;
        for (int i = 1; i < line.Length; i++) nearest = Math.Min(nearest, SquaredDistance(line[i - 1], line[i]));
        return Math.Sqrt(nearest);
    }

    private double SquaredDistance(Point from, Point to)
    {
        double alongX = to.X - from.X, alongY = to.Y - from.Y;
        double length = (alongX * alongX) + (alongY * alongY);
        double position = length == 0 ? 0 : Math.Clamp((((X - from.X) * alongX) + ((Y - from.Y) * alongY)) / length, 0, 1);
        double x = X - from.X - (position * alongX), y = Y - from.Y - (position * alongY);
        return (x * x) + (y * y);
    }
}

namespace DigitClassifier.Data;

/// <summary>Draws digits as a hand would: strokes that are never twice the same, in a pen of some width, at some slant, on noisy paper.</summary>
public static class Drawing
{
    // Each pixel is the mean ink of 3 × 3 points in it.
    private const int PointsPerSide = 3;

    /// <summary>As many examples of each class, in random order.</summary>
    public static IReadOnlyList<LabelledImage> Draw(int examplesPerClass, int seed)
    {
        var random = new Random(seed);
        LabelledImage[] examples = [.. Enumerable.Range(0, examplesPerClass * Digits.Classes).Select(i => Draw(i % Digits.Classes, random))];
        random.Shuffle(examples);
        return examples;
    }

    private static LabelledImage Draw(int digit, Random random)
    {
        var hand = new Hand(random);
        double pen = random.Between(0.055, 0.1), pressure = random.Between(0.8, 1.1);
        Point[][] strokes = [.. Glyphs.Of(digit, random).Select(stroke => hand.Write(stroke))];
        var pixels = new int[Digits.Side * Digits.Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            double ink = (pressure * Coverage(strokes, pen, column: i % Digits.Side, row: i / Digits.Side)) + (0.08 * random.Normal());
            pixels[i] = (int)Math.Round(Digits.Ink * Math.Clamp(ink, 0, 1));
        }
        return new(pixels, digit);
    }

    private static double Coverage(Point[][] strokes, double pen, int column, int row)
    {
        double sum = 0;
        for (int i = 0; i < PointsPerSide * PointsPerSide; i++)
        {
            var point = new Point(
                (column + ((i % PointsPerSide) + 0.5) / PointsPerSide) / Digits.Side,
                (row + ((i / PointsPerSide) + 0.5) / PointsPerSide) / Digits.Side);
            double distance = strokes.Min(stroke => point.DistanceTo(stroke));
            // The edge of a stroke fades over half a pen's width.
            sum += Math.Clamp(((pen - distance) / (pen / 2)) + 0.5, 0, 1);
        }
        return sum / (PointsPerSide * PointsPerSide);
    }
}

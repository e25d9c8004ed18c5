namespace TrainingGuards.Reporting.Html;

/// <summary>A matrix as cells whose colour is the size of the value.</summary>
internal static class MatrixFigure
{
    private const double Left = 0.1, Width = 0.88, Top = 44;
    private const int Largest = 64, Wide = 7, Numbered = 16, Room = 6;

    public static Markup Of(Matrix matrix)
    {
        int rows = matrix.Values.Count, columns = rows == 0 ? 0 : matrix.Values[0].Count;
        double[] finite = [.. matrix.Values.SelectMany(row => row).Where(double.IsFinite)];
        string size = $"{matrix.Quantity}, {Numbers.Text(rows)} × {Numbers.Text(columns)}";
        if (finite.Length == 0) return Figure.Of(Markup.Empty, $"{size}: no finite value.");
        if (Math.Max(rows, columns) > Largest) return Figure.Of(Markup.Empty, $"{size}, from {Numbers.Text(finite.Min())} to {Numbers.Text(finite.Max())}: too large to draw; the JSON report has it.");
        double most = finite.Max(Math.Abs);
        string words = $"{size}: down {matrix.Rows}, across {matrix.Columns}; range {Numbers.Text(finite.Min())} to {Numbers.Text(finite.Max())}, the stronger the colour the larger.";
        double height = columns > Numbered ? 12 : 30, width = Width / columns;
        var shapes = new List<Markup>();
        for (int i = 0; i < rows; i++)
        {
            double y = Top + (i * height);
            if (IsNamed(i, rows)) shapes.Add(Svg.Text(Left - 0.015, y + (height / 2) + 4, Name(matrix.RowNames, i), "end"));
            for (int j = 0; j < matrix.Values[i].Count; j++)
            {
                double value = matrix.Values[i][j], x = Left + (j * width);
                shapes.Add(Svg.Box(x, y, width, height, double.IsFinite(value) ? "cell" : "cell lost", double.IsFinite(value) && most > 0 ? 0.65 * Math.Abs(value) / most : 0));
                if (Says(value, columns) is { } text) shapes.Add(Svg.Text(x + (width / 2), y + (height / 2) + 4, text, "middle", value == 0 ? "number zero" : "number"));
            }
        }
        shapes.Add(Svg.Text(0, 13, $"↓ {matrix.Rows}", "start", "name"));
        shapes.Add(Svg.Text(Left + Width, 13, $"{matrix.Columns} →", "end", "name"));
        for (int j = 0; j < columns; j++)
            if (IsNamed(j, columns)) shapes.Add(Svg.Text(Left + ((j + 0.5) * width), Top - 8, Name(matrix.ColumnNames, j), "middle"));
        string table = string.Join("; ", matrix.Values.Select((row, i) => $"row {Name(matrix.RowNames, i)}: {string.Join(", ", row.Select(Numbers.Text))}"));
        return Figure.Of(Svg.Picture(Top + (rows * height) + 6, columns <= Numbered ? $"{words} {table}." : words, "matrix", shapes), words);
    }

    // Beside a row there is room for so many characters.
    private static string Name(IReadOnlyList<string>? names, int at) => names is null || at >= names.Count ? Numbers.Text(at) : names[at].Length <= Room ? names[at] : names[at][..(Room - 1)] + "…";

    private static bool IsNamed(int at, int count) => count <= Numbered || at % 8 == 0;

    private static string? Says(double value, int columns) =>
        !double.IsFinite(value) ? "×"
        : columns <= Wide || (columns <= Numbered && value == Math.Floor(value) && Math.Abs(value) < 100) ? Numbers.Text(value)
        : null;
}

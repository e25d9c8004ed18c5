using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>Reads what <see cref="PicturesJson"/> writes.</summary>
internal static class PicturesReader
{
    public static IReadOnlyList<Curve> Curves(JsonElement of) =>
        [.. of.List("curves").Select(one => new Curve(one.Text("quantity"), one.Reals("values"), one.Text("over")) { Levels = Levels(one) })];

    public static IReadOnlyList<Bars> Bars(JsonElement of) =>
        [.. of.List("bars").Select(one => new Bars(one.Text("quantity"), one.Text("over"), [.. one.List("values").Select(VerdictReader.Reading)]))];

    public static IReadOnlyList<Matrix> Matrices(JsonElement of) =>
        [.. of.List("matrices").Select(one => new Matrix(one.Text("quantity"), one.Text("rows"), one.Text("columns"), [.. one.List("values").Select(row => (IReadOnlyList<double>)[.. row.EnumerateArray().Select(value => value.Real())])])
        {
            RowNames = Names(one, "rowNames"),
            ColumnNames = Names(one, "columnNames"),
        })];

    public static IReadOnlyList<Histograms> Histograms(JsonElement of) =>
        [.. of.List("histograms").Select(one => new Histograms(one.Text("quantity"), one.Text("over"), one.GetProperty("low").Real(), one.GetProperty("high").Real(), [.. one.List("rows").Select(Row)])
        {
            IsLogarithmic = one.GetProperty("logarithmic").GetBoolean(),
            Levels = Levels(one),
        })];

    public static IReadOnlyList<ImageSheet> Sheets(JsonElement of) =>
        [.. of.List("sheets").Select(one => new ImageSheet(one.Text("quantity"), one.GetProperty("low").Real(), one.GetProperty("high").Real(), [.. one.List("images").Select(Image)]) { Note = one.Text("note") })];

    private static Histogram Row(JsonElement one) => new(one.Text("name"), [.. one.List("counts").Select(count => count.GetInt64())])
    {
        Zeros = one.GetProperty("zeros").GetInt64(),
        Below = one.GetProperty("below").GetInt64(),
        Above = one.GetProperty("above").GetInt64(),
        NotFinite = one.GetProperty("notFinite").GetInt64(),
    };

    private static TensorImage Image(JsonElement one) => new(one.Text("caption"), one.GetProperty("width").GetInt32(), one.GetProperty("height").GetInt32(), one.GetProperty("channels").GetInt32(), one.GetProperty("levels").GetBytesFromBase64())
    {
        Least = one.GetProperty("least").Real(),
        Greatest = one.GetProperty("greatest").Real(),
        NotFinite = one.GetProperty("notFinite").GetInt64(),
    };

    private static IReadOnlyList<Level> Levels(JsonElement of) => [.. of.List("levels").Select(one => new Level(one.Text("meaning"), one.GetProperty("value").Real()))];

    private static IReadOnlyList<string>? Names(JsonElement of, string name) => of.GetProperty(name).ValueKind == JsonValueKind.Null ? null : of.Texts(name);
}

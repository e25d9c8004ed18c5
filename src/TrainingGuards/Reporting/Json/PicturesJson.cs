using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>What a verdict or an exhibit shows the eye, as JSON.</summary>
internal static class PicturesJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Curve> curves, IReadOnlyList<Bars> allBars, IReadOnlyList<Matrix> matrices, IReadOnlyList<Histograms> histograms, IReadOnlyList<ImageSheet> sheets)
    {
        json.WriteList("curves", curves, curve => json.WriteObject(() =>
        {
            json.WriteString("quantity", curve.Quantity);
            json.WriteString("over", curve.Over);
            json.WriteList("values", curve.Values, json.WriteReal);
            Levels(json, curve.Levels);
        }));
        json.WriteList("bars", allBars, bars => json.WriteObject(() =>
        {
            json.WriteString("quantity", bars.Quantity);
            json.WriteString("over", bars.Over);
            json.WriteList("values", bars.Values, value => VerdictJson.Write(json, value));
        }));
        json.WriteList("matrices", matrices, matrix => json.WriteObject(() =>
        {
            json.WriteString("quantity", matrix.Quantity);
            json.WriteString("rows", matrix.Rows);
            json.WriteString("columns", matrix.Columns);
            Names("rowNames", matrix.RowNames);
            Names("columnNames", matrix.ColumnNames);
            json.WriteStartArray("values");
            foreach (IReadOnlyList<double> row in matrix.Values)
            {
                json.WriteStartArray();
                foreach (double value in row) json.WriteReal(value);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }));
        json.WriteList("histograms", histograms, one => json.WriteObject(() =>
        {
            json.WriteString("quantity", one.Quantity);
            json.WriteString("over", one.Over);
            json.WriteReal("low", one.Low);
            json.WriteReal("high", one.High);
            json.WriteBoolean("logarithmic", one.IsLogarithmic);
            json.WriteList("rows", one.Rows, row => json.WriteObject(() =>
            {
                json.WriteString("name", row.Name);
                json.WriteList("counts", row.Counts, json.WriteNumberValue);
                json.WriteNumber("zeros", row.Zeros);
                json.WriteNumber("below", row.Below);
                json.WriteNumber("above", row.Above);
                json.WriteNumber("notFinite", row.NotFinite);
            }));
            Levels(json, one.Levels);
        }));
        json.WriteList("sheets", sheets, sheet => json.WriteObject(() =>
        {
            json.WriteString("quantity", sheet.Quantity);
            json.WriteReal("low", sheet.Low);
            json.WriteReal("high", sheet.High);
            json.WriteString("note", sheet.Note);
            json.WriteList("images", sheet.Images, image => json.WriteObject(() =>
            {
                json.WriteString("caption", image.Caption);
                json.WriteNumber("width", image.Width);
                json.WriteNumber("height", image.Height);
                json.WriteNumber("channels", image.Channels);
                json.WriteReal("least", image.Least);
                json.WriteReal("greatest", image.Greatest);
                json.WriteNumber("notFinite", image.NotFinite);
                json.WriteBase64String("levels", image.Levels as byte[] ?? [.. image.Levels]);
            }));
        }));

        void Names(string name, IReadOnlyList<string>? names)
        {
            if (names is null) json.WriteNull(name);
            else json.WriteList(name, names, json.WriteStringValue);
        }
    }

    private static void Levels(Utf8JsonWriter json, IReadOnlyList<Level> levels) => json.WriteList("levels", levels, level => json.WriteObject(() =>
    {
        json.WriteString("meaning", level.Meaning);
        json.WriteReal("value", level.Value);
    }));
}

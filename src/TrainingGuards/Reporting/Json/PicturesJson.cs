using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>What a verdict shows the eye, as JSON.</summary>
internal static class PicturesJson
{
    public static void Write(Utf8JsonWriter json, Findings findings)
    {
        json.WriteList("curves", findings.Curves, curve => json.WriteObject(() =>
        {
            json.WriteString("quantity", curve.Quantity);
            json.WriteString("over", curve.Over);
            json.WriteList("values", curve.Values, json.WriteReal);
            json.WriteList("levels", curve.Levels, level => json.WriteObject(() =>
            {
                json.WriteString("meaning", level.Meaning);
                json.WriteReal("value", level.Value);
            }));
        }));
        json.WriteList("bars", findings.Bars, bars => json.WriteObject(() =>
        {
            json.WriteString("quantity", bars.Quantity);
            json.WriteString("over", bars.Over);
            json.WriteList("values", bars.Values, value => VerdictJson.Write(json, value));
        }));
        json.WriteList("matrices", findings.Matrices, matrix => json.WriteObject(() =>
        {
            json.WriteString("quantity", matrix.Quantity);
            json.WriteString("rows", matrix.Rows);
            json.WriteString("columns", matrix.Columns);
            json.WriteStartArray("values");
            foreach (IReadOnlyList<double> row in matrix.Values)
            {
                json.WriteStartArray();
                foreach (double value in row) json.WriteReal(value);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }));
    }
}

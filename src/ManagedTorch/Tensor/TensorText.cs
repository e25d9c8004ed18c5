using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Tensors as text, in the styles of Julia, NumPy and C#.</summary>
internal sealed class TensorText(string floatFormat, int lineWidth, CultureInfo culture, string newLine)
{
    internal string Of(Tensor tensor, TensorStringStyle style)
    {
        using var mode = new GradMode(enabled: false);
        using Temporaries own = Temporaries.Enter();
        return style switch
        {
            TensorStringStyle.Metadata => Metadata(tensor),
            TensorStringStyle.Numpy => Nested(tensor, "[", "]", ", ", string.Empty, tensor.Rank),
            TensorStringStyle.CSharp => Metadata(tensor) + ", value = " + Nested(tensor, "{", "}", ", ", Suffix(tensor.dtype), tensor.Rank),
            TensorStringStyle.Julia => Julia(tensor),
            _ => throw new ArgumentOutOfRangeException(nameof(style), style, "No such style."),
        };
    }

    internal static string Metadata(Tensor tensor) => $"[{string.Join('x', tensor.Sizes)}], type = {tensor.dtype}, device = {tensor.device}";

    // Rows of the last two dimensions, aligned by columns, under the indices of the others.
    private string Julia(Tensor tensor)
    {
        var text = new StringBuilder(Metadata(tensor));
        if (tensor.Rank == 0) return text.Append(", value = ").Append(Value(tensor)).ToString();
        text.Append(newLine);
        if (tensor.Rank <= 2)
        {
            Matrix(text, tensor.Rank == 1 ? tensor.unsqueeze(0) : tensor);
            return text.ToString();
        }
        long[] outer = tensor.Sizes[..^2];
        long[] steps = Shapes.RowMajor(outer);
        for (long i = 0; i < Shapes.Count(outer); i++)
        {
            long[] at = [.. outer.Select((size, d) => i / steps[d] % size)];
            text.Append('[').Append(string.Join(',', at)).Append(",..,..] =").Append(newLine);
            Matrix(text, at.Aggregate(tensor, (page, index) => page.select(0, index)));
        }
        return text.ToString();
    }

    private void Matrix(StringBuilder text, Tensor matrix)
    {
        (long rows, long columns) = (matrix.Sizes[0], matrix.Sizes[1]);
        var cells = new string[rows, columns];
        int width = 1;
        for (long r = 0; r < rows; r++)
        {
            for (long c = 0; c < columns; c++)
            {
                cells[r, c] = Value(matrix.select(0, r).select(0, c));
                width = Math.Max(width, cells[r, c].Length);
            }
        }
        long shown = Math.Min(columns, Math.Max((lineWidth - 4) / (width + 1), 1));
        for (long r = 0; r < rows; r++)
        {
            for (long c = 0; c < shown; c++) text.Append(' ').Append(cells[r, c].PadLeft(width));
            if (shown < columns) text.Append(" ...");
            text.Append(newLine);
        }
    }

    private string Nested(Tensor tensor, string open, string close, string separator, string suffix, int depth)
    {
        if (tensor.Rank == 0) return Value(tensor) + suffix;
        IEnumerable<string> Parts(long from, long to)
        {
            for (long i = from; i < to; i++) yield return Nested(tensor.select(0, i), open, close, separator, suffix, depth);
        }
        long size = tensor.Sizes[0];
        int most = tensor.Rank == 1 ? PrintColumns : PrintRows;
        IEnumerable<string> parts = size <= most ? Parts(0, size) : Parts(0, most - (most / 2)).Append("...").Concat(Parts(size - (most / 2), size));
        string between = tensor.Rank == 1 ? separator : separator.TrimEnd() + newLine + new string(' ', depth - tensor.Rank + 1);
        return open + string.Join(between, parts) + close;
    }

    private string Value(Tensor element)
    {
        Scalar number = element.ToScalar();
        return number.Type switch
        {
            ScalarType.Bool => number.Truth ? "True" : "False",
            ScalarType.Int64 => number.Integer.ToString(culture),
            _ => number.Real.ToString(floatFormat, culture),
        };
    }

    private static string Suffix(ScalarType type) => type switch
    {
        ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 => "f",
        ScalarType.Int64 => "L",
        _ => string.Empty,
    };
}

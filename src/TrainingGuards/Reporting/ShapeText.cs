using System.Globalization;
using static TorchSharp.torch;

namespace TrainingGuards.Reporting;

/// <summary>A shape as every message prints it: <c>[64, 10]</c>.</summary>
internal static class ShapeText
{
    public static string Of(Tensor tensor) => $"[{string.Join(", ", tensor.shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}

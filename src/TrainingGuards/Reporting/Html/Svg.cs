using System.Globalization;

namespace TrainingGuards.Reporting.Html;

/// <summary>Shapes of a picture. Places across are in percent, so that a picture is as wide as its page while its text stays readable; places down are in pixels.</summary>
internal static class Svg
{
    private const int Longest = 26;

    /// <summary>A picture of some height, with what it shows in words.</summary>
    public static Markup Picture(double height, string says, string @class, IEnumerable<Markup> shapes) => Markup.Element(
        "svg", [("class", @class), ("role", "img"), ("aria-label", says), ("width", "100%"), ("height", Number(height))], [.. shapes]);

    public static Markup Line(double x1, double y1, double x2, double y2, string @class) =>
        Markup.Element("line", [("class", @class), ("x1", Percent(x1)), ("y1", Number(y1)), ("x2", Percent(x2)), ("y2", Number(y2))]);

    public static Markup Box(double x, double y, double width, double height, string @class, double? opacity = null) => Markup.Element(
        "rect", [("class", @class), ("x", Percent(x)), ("y", Number(y)), ("width", Percent(width)), ("height", Number(height)), ("fill-opacity", opacity is { } share ? Number(share) : null)]);

    public static Markup Dot(double x, double y, double radius, string @class) =>
        Markup.Element("circle", [("class", @class), ("cx", Percent(x)), ("cy", Number(y)), ("r", Number(radius))]);

    /// <summary>A text that ends, begins or is centred at its place: <c>end</c>, <c>start</c>, <c>middle</c>.</summary>
    public static Markup Text(double x, double y, string text, string anchor, string @class = "tick") =>
        Markup.Element("text", [("class", @class), ("x", Percent(x)), ("y", Number(y)), ("text-anchor", anchor)], Short(text));

    /// <summary>A field of 1000 by 1000 that is stretched over a place in the picture.</summary>
    public static Markup Stretched(double x, double y, double width, double height, IEnumerable<Markup> shapes) => Markup.Element(
        "svg",
        [("x", Percent(x)), ("y", Number(y)), ("width", Percent(width)), ("height", Number(height)), ("viewBox", "0 0 1000 1000"), ("preserveAspectRatio", "none"), ("overflow", "visible"), ("aria-hidden", "true")],
        [.. shapes]);

    /// <summary>A line through points of a stretched field.</summary>
    public static Markup Path(IEnumerable<(double X, double Y)> points, string @class) => Markup.Element(
        "polyline", [("class", @class), ("vector-effect", "non-scaling-stroke"), ("points", string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}")))]);

    // A picture does not wrap; the words below it have all of a name.
    private static string Short(string text) => text.Length <= Longest ? text : text[..(Longest - 1)] + "…";

    public static string Percent(double share) => Number(share * 100) + "%";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

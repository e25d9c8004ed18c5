namespace TrainingGuards.Reporting.Html;

/// <summary>Pictures of tensors, each with its caption and its own range, and the scale that they are all drawn on.</summary>
internal static class SheetFigure
{
    // What is small is enlarged, a whole number of times, so that every pixel is a square.
    private const int Shown = 96, Alone = 480;

    public static Markup Of(ImageSheet sheet)
    {
        string note = sheet.Note.Length == 0 ? "" : $" {ReportPage.Capital(sheet.Note)}.";
        if (sheet.Images.Count == 0) return Figure.Of(Markup.Empty, $"{sheet.Quantity}: no picture.{note}");
        bool coloured = sheet.Images.Any(image => image.Channels == 3);
        string words = $"{sheet.Quantity}, {Numbers.Text(sheet.Images.Count)} on one scale: black is {Numbers.Text(sheet.Low)}, white {Numbers.Text(sheet.High)}{(coloured ? ", of red, green and blue each" : "")}; below each its own range.{note}";
        return Markup.Element("figure", [("class", "sheet")],
            Markup.Classed("ul", sheet.Images.Count == 1 ? "images alone" : "images", [.. sheet.Images.Select(image => Item(image, sheet.Images.Count == 1 ? Alone : Shown))]),
            Markup.Element("p", [("class", "scale"), ("aria-hidden", "true")], Numbers.Text(sheet.Low), Markup.Classed("span", "ramp"), Numbers.Text(sheet.High)),
            Markup.Element("figcaption", Prose.Of(words)));
    }

    // A line ends after a comma or a colon, not within what belongs together.
    private static string Kept(string caption) => caption.Replace(' ', '\u00a0').Replace(",\u00a0", ", ", StringComparison.Ordinal).Replace(":\u00a0", ": ", StringComparison.Ordinal);

    private static Markup Item(TensorImage image, int shown)
    {
        int times = Math.Max(1, shown / Math.Max(image.Width, image.Height));
        string range = double.IsNaN(image.Least) ? "no finite number" : $"{Numbers.Text(image.Least)} to {Numbers.Text(image.Greatest)}";
        string lost = image.NotFinite > 0 ? $", {Numbers.Text(image.NotFinite)} not finite" : "";
        string size = $"{Numbers.Text(image.Width)} × {Numbers.Text(image.Height)} pixels{(image.Channels == 3 ? " in colour" : "")}";
        return Markup.Element("li",
            Markup.Void("img",
                ("src", Png.Address(image)), ("alt", $"{image.Caption}: {size}, {range}{lost}"),
                ("width", Numbers.Whole(image.Width * times)), ("height", Numbers.Whole(image.Height * times))),
            Markup.Classed("span", "what", Prose.Of(Kept(image.Caption))),
            Markup.Classed("span", image.NotFinite > 0 ? "range lost" : "range", range + lost));
    }
}

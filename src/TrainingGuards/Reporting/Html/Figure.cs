namespace TrainingGuards.Reporting.Html;

/// <summary>A picture and what it shows in words.</summary>
internal static class Figure
{
    public static Markup Of(Markup picture, string words) => Markup.Element("figure", picture, Markup.Element("figcaption", Prose.Of(words)));
}

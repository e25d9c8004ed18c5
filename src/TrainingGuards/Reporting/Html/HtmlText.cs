using System.Globalization;
using System.Text;

namespace TrainingGuards.Reporting.Html;

/// <summary>Text that any page can hold: nothing in it is markup, and nothing in it is unseen.</summary>
internal static class HtmlText
{
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': escaped.Append("&amp;"); break;
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\'': escaped.Append("&#39;"); break;
                default:
                    if (IsSeen(rune)) escaped.Append(rune.ToString());
                    else escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                    break;
            }
        }
        return escaped.ToString();
    }

    // Control characters are not allowed in a page, and formats that turn the direction of writing hide what a name is.
    private static bool IsSeen(Rune rune) => rune.Value is '\n' or '\t' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}

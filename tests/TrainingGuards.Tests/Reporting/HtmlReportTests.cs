using System.Text.RegularExpressions;
using System.Xml.Linq;
using VerifyXunit;

namespace TrainingGuards.Tests.Reporting;

public sealed partial class HtmlReportTests
{
    public static TheoryData<string> Reports => ["small", "hostile"];

    [Fact]
    public Task A_small_report_is_this_page() => Verifier.Verify(Style().Replace(SampleReports.Small.ToHtml(), "<style>…</style>").Replace("><", ">\n<", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Reports))]
    public void Nothing_comes_from_elsewhere_and_nothing_runs(string name)
    {
        XDocument page = Parsed(name);
        Assert.Empty(page.Descendants("script"));
        Assert.NotEmpty(page.Descendants("img"));
        Assert.All(page.Descendants("img"), image => Assert.Matches("^data:image/png;base64,[A-Za-z0-9+/=]+$", image.Attribute("src")!.Value));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || (attribute.Name.LocalName == "src" && attribute.Parent!.Name != "img"));
        Assert.All(page.Descendants("link"), link => Assert.Equal("data:,", link.Attribute("href")!.Value));
        Assert.DoesNotContain("url(", page.Descendants("style").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page.Descendants("style").Single().Value, StringComparison.Ordinal);
        Assert.All(page.Descendants("a"), link => Assert.True(link.Attribute("href")!.Value is var address && (address.StartsWith('#') || address.StartsWith("https://github.com/", StringComparison.Ordinal)), address));
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void What_users_gave_is_text(string name)
    {
        string html = Of(name);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=x", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202e', html);
        Assert.DoesNotContain('\u0001', html);
        if (name == "hostile") Assert.Contains("&lt;script src=&quot;http://evil.example/x.js&quot;&gt;", html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void It_can_be_read_without_seeing(string name)
    {
        XDocument page = Parsed(name);
        Assert.Equal("en", page.Root!.Attribute("lang")!.Value);
        Assert.Single(page.Descendants("h1"));
        Assert.Single(page.Descendants("main"));
        int[] levels = [.. page.Descendants().Where(element => Heading().IsMatch(element.Name.LocalName)).Select(element => element.Name.LocalName[1] - '0')];
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1, "A level of headings is left out."));
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.Descendants().Attributes("aria-labelledby"), label => Assert.Contains(label.Value, ids));
        Assert.All(page.Descendants("a").Attributes("href").Where(href => href.Value.StartsWith('#')), href => Assert.Contains(href.Value[1..], ids));
        Assert.All(page.Descendants("table"), table => Assert.True(table.Element("caption")!.Value.Length > 0));
        Assert.All(page.Descendants("th"), head => Assert.Contains(head.Attribute("scope")!.Value, new[] { "row", "col" }));
        Assert.All(page.Descendants("details"), details => Assert.Equal("summary", details.Elements().First().Name.LocalName));
        Assert.All(page.Descendants("img"), image => Assert.True(image.Attribute("alt")!.Value.Length > 10 && image.Attribute("width") is not null && image.Attribute("height") is not null));
        XElement[] pictures = [.. page.Descendants("svg").Where(svg => svg.Attribute("role") is not null)];
        Assert.NotEmpty(pictures);
        Assert.All(pictures, svg => Assert.Matches(" to ", svg.Attribute("aria-label")!.Value));
        Assert.All(page.Descendants("svg").Except(pictures), svg => Assert.Equal("true", svg.Attribute("aria-hidden")!.Value));
    }

    [Fact]
    public void Every_picture_says_its_range_and_what_was_done_to_it()
    {
        XElement sheet = Parsed("small").Descendants("figure").First(figure => figure.Attribute("class")?.Value == "sheet");
        Assert.Equal(["example 3, label 7: 2 × 2 pixels, −1 to 1", "empty: 1 × 2 pixels in colour, no finite number, 6 not finite"], sheet.Descendants("img").Select(image => image.Attribute("alt")!.Value));
        Assert.Equal(["−1 to 1", "no finite number, 6 not finite"], sheet.Descendants("span").Where(span => span.Attribute("class")!.Value.StartsWith("range", StringComparison.Ordinal)).Select(span => span.Value));
        Assert.Contains("black is −1, white 1, of red, green and blue each", sheet.Element("figcaption")!.Value, StringComparison.Ordinal);
        Assert.EndsWith("Channel 0 of conv1.", sheet.Element("figcaption")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Histograms_tell_what_lies_outside_of_them()
    {
        XElement figure = Parsed("small").Descendants("svg").First(svg => svg.Attribute("class")?.Value == "ridges");
        Assert.Equal(["1", "× 13 %", "conv1", "0: 40 %  ◂ 5 %  15 % ▸"], figure.Elements("text").Where(text => text.Attribute("class")!.Value.StartsWith("row", StringComparison.Ordinal)).Select(text => text.Value));
        Assert.Contains("1: half lie below 0.5; conv1: 8 exactly 0, of the others half lie below", figure.Attribute("aria-label")!.Value, StringComparison.Ordinal);
        // A level that lies outside is neither drawn nor told.
        Assert.DoesNotContain("far", figure.Attribute("aria-label")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Exhibits_come_after_the_verdicts_and_are_linked_from_the_top()
    {
        XDocument page = Parsed("small");
        Assert.Equal("gallery", page.Descendants("h2").Last().Attribute("id")!.Value);
        Assert.Equal("exhibit-1", page.Descendants("article").Last().Attribute("id")!.Value);
        Assert.Contains("#exhibit-1", page.Descendants("p").Single(p => p.Attribute("class")?.Value == "contents").Descendants("a").Select(link => link.Attribute("href")!.Value));
    }

    [Fact]
    public void Rules_are_linked_to_their_own_pages()
    {
        Assert.Contains("/blob/main/docs/rules/ViewInsteadOfPermute.md\">TG6001</a>", Of("small"), StringComparison.Ordinal);
        foreach (string page in Directory.GetFiles(Repository.PathOf("docs/rules")).Where(page => !page.EndsWith("README.md", StringComparison.Ordinal)))
        {
            string id = File.ReadLines(page).First()["# ".Length.."# TG0000".Length];
            Assert.EndsWith($"/docs/rules/{Path.GetFileName(page)}", TrainingGuards.Reporting.ProjectPages.OfRule(id), StringComparison.Ordinal);
        }
        Assert.EndsWith("/docs/rules/README.md", TrainingGuards.Reporting.ProjectPages.OfRule("TG9999"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_is_unfolded_and_the_rest_is_folded()
    {
        XElement[] articles = [.. Parsed("small").Descendants("article").Where(article => article.Attribute("class")!.Value != "exhibit")];
        Assert.Equal(["broken", "inconclusive", "crashed", "holds", "notApplicable", "excused"], articles.Select(article => article.Attribute("class")!.Value));
        Assert.Equal([true, true, true, false, false, false], articles.Select(article => article.Element("details")!.Attribute("open") is not null));
        Assert.EndsWith("/blob/main/docs/checks/OneBatchOverfits.md", articles[^1].Descendants("a").Single().Attribute("href")!.Value, StringComparison.Ordinal);
    }

    internal static string Of(string name) => (name == "small" ? SampleReports.Small : SampleReports.OfHostileNames).ToHtml();

    // What is written is XML but for its first line and the elements that have no end.
    private static XDocument Parsed(string name) => XDocument.Parse(Void().Replace(Of(name).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "<${element}/>"));

    [GeneratedRegex("<(?<element>(meta|link|img)\\b[^>]*)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Void();

    [GeneratedRegex("<style>.*</style>", RegexOptions.Singleline, 1000)]
    private static partial Regex Style();

    [GeneratedRegex("^h[1-6]$", RegexOptions.None, 1000)]
    private static partial Regex Heading();
}

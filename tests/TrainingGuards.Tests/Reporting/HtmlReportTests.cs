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
        Assert.Empty(page.Descendants("img"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name.LocalName == "src");
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
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
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
        XElement[] pictures = [.. page.Descendants("svg").Where(svg => svg.Attribute("role") is not null)];
        Assert.NotEmpty(pictures);
        Assert.All(pictures, svg => Assert.Matches(" to ", svg.Attribute("aria-label")!.Value));
        Assert.All(page.Descendants("svg").Except(pictures), svg => Assert.Equal("true", svg.Attribute("aria-hidden")!.Value));
    }

    [Fact]
    public void What_fails_is_unfolded_and_the_rest_is_folded()
    {
        XElement[] articles = [.. Parsed("small").Descendants("article")];
        Assert.Equal(["broken", "inconclusive", "crashed", "holds", "notApplicable", "excused"], articles.Select(article => article.Attribute("class")!.Value));
        Assert.Equal([true, true, true, false, false, false], articles.Select(article => article.Element("details")!.Attribute("open") is not null));
        Assert.EndsWith("/blob/main/docs/checks/OneBatchOverfits.md", articles[^1].Descendants("a").Single().Attribute("href")!.Value, StringComparison.Ordinal);
    }

    internal static string Of(string name) => (name == "small" ? SampleReports.Small : SampleReports.OfHostileNames).ToHtml();

    // What is written is XML but for its first line and the elements that have no end.
    private static XDocument Parsed(string name) => XDocument.Parse(Void().Replace(Of(name).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "<${element}/>"));

    [GeneratedRegex("<(?<element>(meta|link)\\b[^>]*)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Void();

    [GeneratedRegex("<style>.*</style>", RegexOptions.Singleline, 1000)]
    private static partial Regex Style();

    [GeneratedRegex("^h[1-6]$", RegexOptions.None, 1000)]
    private static partial Regex Heading();
}

using System.Net;
using System.Text.RegularExpressions;

namespace TrainingGuards.Tests.Reporting;

/// <summary>The page in a real browser, in a frame as wide as a phone or a desktop.</summary>
public sealed partial class HtmlInBrowserTests
{
    public static TheoryData<string, int> Pages => new() { { "small", 390 }, { "small", 1280 }, { "hostile", 390 }, { "hostile", 1280 } };

    [BrowserTheory]
    [MemberData(nameof(Pages))]
    public void It_fits_its_window_and_asks_for_nothing(string name, int width)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            // A browser's own window cannot be as narrow as a phone; a frame can. The script is the test's: the page has none. All is unfolded, so that all is measured.
            string file = Path.Combine(folder, "frame.html");
            File.WriteAllText(file, $$"""
                <!DOCTYPE html><meta charset="utf-8"><iframe id="f" style="width:{{width}}px;height:900px;border:0" srcdoc="{{WebUtility.HtmlEncode(HtmlReportTests.Of(name))}}"></iframe>
                <script>
                document.getElementById("f").onload = event => {
                  const inner = event.target.contentDocument, view = event.target.contentWindow;
                  inner.querySelectorAll("details").forEach(details => details.open = true);
                  const wide = [...inner.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > {{width}} + 0.5).map(e => e.outerHTML.slice(0, 60));
                  const result = document.createElement("pre");
                  result.id = "result";
                  result.textContent = [view.innerWidth, inner.documentElement.scrollWidth, view.performance.getEntriesByType("resource").length, inner.querySelectorAll("article").length, [...inner.images].filter(image => image.naturalWidth > 0).length, wide.slice(0, 3).join(" ")].join("|");
                  document.body.append(result);
                };
                </script>
                """);
            (string page, string log) = Browser.Open(file, Path.Combine(folder, "profile"));
            Match match = Result().Match(page);
            Assert.True(match.Success, $"The page was not loaded.\n{log}");
            string[] seen = WebUtility.HtmlDecode(match.Groups["text"].Value).Split('|', 6);
            Assert.Equal(width.ToString(System.Globalization.CultureInfo.InvariantCulture), seen[0]);
            Assert.True(int.Parse(seen[1], System.Globalization.CultureInfo.InvariantCulture) <= width, $"The page is {seen[1]} pixels wide in a window of {width}: {seen[5]}");
            Assert.Equal("0", seen[2]);
            Assert.NotEqual("0", seen[3]);
            Assert.NotEqual("0", seen[4]);
            Assert.DoesNotContain("CONSOLE", log, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [BrowserTheory]
    [InlineData("small")]
    public void It_prints(string name)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string page = Path.Combine(folder, "page.html"), pdf = Path.Combine(folder, "page.pdf");
            File.WriteAllText(page, HtmlReportTests.Of(name));
            Browser.Print(page, Path.Combine(folder, "profile"), pdf);
            Assert.Equal("%PDF"u8.ToArray(), File.ReadAllBytes(pdf)[..4]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("<pre id=\"result\">(?<text>.*?)</pre>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Result();
}

using System.Buffers.Binary;
using TrainingGuards.Tests.Reporting;

namespace Samples.Tests;

/// <summary>The picture of the sample's report in the README, and what it shows in words.</summary>
internal static class ReportPicture
{
    private const int Width = 1280, Height = 1880;

    // Of a report of many screens: its head, one check, and what people look at first.
    private const string Parts = """
        <style>.facts, .checks, .contents, .group > h2, .group:not(.holds):not(.gallery), .holds > article:not(#check-OneBatchOverfits), .exhibit:not(#exhibit-1, #exhibit-6), footer { display: none !important; }
        .fact:is(.setup, .cost, .page), .measured dd + dd, .holds figure:has(.matrix), .multiples figure:nth-child(n+4) { display: none; } .group { margin-top: 1.5rem; } body { padding-bottom: 0; }</style></head>
        """;

    /// <summary>The line of the README.</summary>
    /// <param name="checks">How many there are: <c>33 checks</c>.</param>
    /// <param name="standing">Where they stand: <c>27 hold, 6 not applicable</c>.</param>
    public static string Line(string checks, string standing) =>
        $"![Parts of the report of samples/DigitClassifier. Of {checks} {standing}. OneBatchOverfits is unfolded, with its loss against the bound and the curve of the loss down to the goal; below it digits as they enter the net, each with its range, and histograms of what each layer changes by over the first steps](docs/report.png)\n";

    /// <summary>Takes it, where there is a browser.</summary>
    public static void Take(string page, string folder, string png)
    {
        if (Browser.Address is null) return;
        string file = Path.Combine(folder, "parts.html");
        const string Article = "<article id=\"check-OneBatchOverfits\" class=\"holds\" aria-labelledby=\"check-OneBatchOverfits-name\"><details";
        Assert.Contains(Article, page, StringComparison.Ordinal);
        File.WriteAllText(file, page.Replace("</head>", Parts, StringComparison.Ordinal).Replace(Article, Article + " open", StringComparison.Ordinal));
        Browser.Picture(file, Path.Combine(folder, "profile"), png, Width, Height);
        Assert.Equal(Width, BinaryPrimitives.ReadInt32BigEndian(File.ReadAllBytes(png).AsSpan(16)));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TrainingGuards.Tests.Reporting;

/// <summary>Chromium without a window, where there is one: at CHROME_PATH, else where Debian puts it.</summary>
internal static class Browser
{
    public static string? Address { get; } = new[] { Environment.GetEnvironmentVariable("CHROME_PATH"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    /// <summary>Opens a file and returns the page as it then is, and all that the browser logged.</summary>
    public static (string Page, string Log) Open(string file, string profile) => Run(file, profile, "--window-size=1400,1000", "--dump-dom");

    /// <summary>Prints a file as PDF.</summary>
    public static void Print(string file, string profile, string pdf) => Run(file, profile, "--no-pdf-header-footer", $"--print-to-pdf={pdf}");

    /// <summary>Takes a picture of a file in a window of some size.</summary>
    public static void Picture(string file, string profile, string png, int width, int height) =>
        Run(file, profile, $"--window-size={width.ToString(CultureInfo.InvariantCulture)},{height.ToString(CultureInfo.InvariantCulture)}", "--hide-scrollbars", $"--screenshot={png}");

    private static (string Page, string Log) Run(string file, string profile, params string[] options)
    {
        var start = new ProcessStartInfo(Address!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (string argument in (string[])
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND", $"--user-data-dir={profile}", "--enable-logging=stderr", "--virtual-time-budget=5000", .. options, new Uri(file).AbsoluteUri,
        ]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> page = process.StandardOutput.ReadToEndAsync(), log = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(60_000))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("The browser did not end within a minute.");
        }
        return (page.Result, log.Result);
    }
}

using System.Diagnostics;
using System.Text;

namespace TrainingGuards.Tests.Reporting;

/// <summary>Chromium without a window, where there is one: at CHROME_PATH, else where Debian puts it.</summary>
internal static class Browser
{
    public static string? Address { get; } = new[] { Environment.GetEnvironmentVariable("CHROME_PATH"), "/usr/bin/chromium" }.FirstOrDefault(File.Exists);

    /// <summary>Opens a file and returns the page as it then is, and all that the browser logged.</summary>
    public static (string Page, string Log) Open(string file, string profile)
    {
        var start = new ProcessStartInfo(Address!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (string argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND", $"--user-data-dir={profile}", "--enable-logging=stderr", "--window-size=1400,1000", "--virtual-time-budget=5000", "--dump-dom", new Uri(file).AbsoluteUri,
        }) start.ArgumentList.Add(argument);
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

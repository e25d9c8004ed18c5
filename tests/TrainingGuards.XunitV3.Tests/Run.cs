using System.Diagnostics;
using System.Reflection;
using System.Xml.Linq;

namespace TrainingGuards.XunitV3.Tests;

/// <summary>One run of the program of guards, by xunit v3's own runner.</summary>
/// <param name="Tests">What it says of each test, as xunit's XML does.</param>
/// <param name="Log">What it wrote.</param>
internal sealed record Run(IReadOnlyList<XElement> Tests, string Log)
{
    private static readonly string Program = typeof(Run).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Guards").Value!;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What the runner is told beside where its report goes.</param>
    public static async Task<Run> Of(params string[] arguments)
    {
        string report = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.xml");
        try
        {
            string log = await Start([.. arguments, "-xml", report]);
            return new(File.Exists(report) ? [.. XDocument.Load(report).Descendants("test")] : [], log);
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>What the program writes when it is started so.</summary>
    public static async Task<string> Start(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return await output + await errors;
    }

    /// <summary>The test whose name has a part.</summary>
    public XElement Named(string part)
    {
        XElement[] found = [.. Tests.Where(test => ((string)test.Attribute("name")!).Contains(part, StringComparison.Ordinal))];
        return found.Length == 1 ? found[0] : throw new InvalidOperationException($"{found.Length} tests are named {part}.\n{Log}");
    }
}

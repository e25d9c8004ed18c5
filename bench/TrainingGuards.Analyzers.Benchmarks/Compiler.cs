using System.Diagnostics;
using System.Reflection;

namespace TrainingGuards.Analyzers.Benchmarks;

/// <summary>The SDK's own compiler as a build runs it: a process of its own, or its server.</summary>
internal sealed class Compiler : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("training-guards-bench-").FullName;
    private readonly string response;

    public Compiler(IEnumerable<(string Path, string Text)> files)
    {
        var arguments = new List<string> { "/noconfig", "/nologo", "/nostdlib", "/target:library", "/langversion:latest", "/optimize+", "/debug:portable", $"/out:\"{Path.Combine(folder, "programs.dll")}\"" };
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        arguments.AddRange(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == runtime).Append(typeof(TorchSharp.torch).Assembly.Location).Select(path => $"/reference:\"{path}\""));
        foreach ((string path, string text) in files)
        {
            string file = Path.Combine(folder, path);
            File.WriteAllText(file, text);
            arguments.Add($"\"{file}\"");
        }
        response = Path.Combine(folder, "programs.rsp");
        File.WriteAllLines(response, arguments);
    }

    /// <summary>The assemblies of an analyzer that this project knows the folder of.</summary>
    public static string[] Analyzers(string name) => [.. Directory.EnumerateFiles(Metadata(name), "*.dll")
        .Where(file => !file.Contains("VisualBasic", StringComparison.Ordinal) && !file.Contains("CodeFix", StringComparison.Ordinal))];

    public void Run(params string[] analyzers)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Metadata("Compiler"), "bincore", "csc.dll"));
        start.ArgumentList.Add("@" + response);
        foreach (string analyzer in analyzers) start.ArgumentList.Add("/analyzer:" + analyzer);
        using Process compiler = Process.Start(start)!;
        Task<string> errors = compiler.StandardError.ReadToEndAsync();
        string output = compiler.StandardOutput.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0) throw new InvalidOperationException($"The compiler failed:\n{output}\n{errors.Result}");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Metadata(string key) =>
        typeof(Compiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}

using System.Text.Json;

namespace ManagedTorch.Tests.Oracle;

/// <summary>The cases that PyTorch computed; TORCH_ORACLE names another file.</summary>
public static class OracleFile
{
    private static readonly Lazy<Dictionary<string, OracleCase>> ByName = new(() =>
    {
        string path = Environment.GetEnvironmentVariable("TORCH_ORACLE") ?? Path.Combine(AppContext.BaseDirectory, "Oracle", "pytorch-2.6.jsonl");
        return File.ReadLines(path).Select(line => JsonSerializer.Deserialize<OracleCase>(line)!).ToDictionary(c => c.Name, StringComparer.Ordinal);
    });

    public static IReadOnlyCollection<OracleCase> Cases => ByName.Value.Values;

    public static OracleCase Named(string name) => ByName.Value[name];
}

using System.Runtime.Loader;
using Microsoft.CodeAnalysis.CSharp;
using TrainingGuards;

namespace SeededFailures.Sources;

/// <summary>A compiled program that can be run, until it is disposed of.</summary>
internal sealed class LoadedProgram : IDisposable
{
    // Checks read the lines of a user's methods from the symbols beside the assembly.
    private readonly string _folder = Directory.CreateTempSubdirectory("seeded-failure-").FullName;
    private readonly AssemblyLoadContext _context = new("program", isCollectible: true);
    private readonly Func<long, Setup> _guarded;
    private readonly Func<long, double> _train;
    private readonly int _epochs;

    public LoadedProgram(TrainingProgram program, CSharpCompilation compilation)
    {
        string path = Path.Combine(_folder, "Program.dll");
        ProgramCompiler.Emit(compilation, path);
        Type type = _context.LoadFromAssemblyPath(path).GetType($"SeededFailures.Programs.{program.Name}", throwOnError: true)!;
        _guarded = type.GetMethod("Guarded")!.CreateDelegate<Func<long, Setup>>();
        _train = type.GetMethod("Train")!.CreateDelegate<Func<long, double>>();
        _epochs = (int)type.GetField("Epochs")!.GetRawConstantValue()!;
    }

    /// <summary>The program as its guards are told of it, and how long it trains.</summary>
    public Setup Guarded(long seed) => _guarded(seed) with { Epochs = _epochs };

    /// <summary>Trains it, and returns the metric that it reports: the larger the better.</summary>
    public double Train(long seed) => _train(seed);

    public void Dispose()
    {
        _context.Unload();
        Directory.Delete(_folder, recursive: true);
    }
}

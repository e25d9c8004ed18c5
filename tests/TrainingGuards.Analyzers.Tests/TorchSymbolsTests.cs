using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

public sealed class TorchSymbolsTests
{
    [Fact]
    public async Task Every_symbol_is_found()
    {
        TorchSymbols torch = TorchSymbols.Of(await Snippet.Compile(Snippet.Project(["class C;"])))!;
        Assert.All(typeof(TorchSymbols).GetProperties(), property => Assert.True(property.GetValue(torch) is not null, property.Name));
    }

    [Fact]
    public async Task Without_TorchSharp_there_are_none() =>
        Assert.Null(TorchSymbols.Of(await Snippet.Compile(Snippet.Project(["class C;"], withTorch: false))));

    [Fact]
    public async Task Another_library_of_that_name_is_not_TorchSharp() =>
        Assert.Null(TorchSymbols.Of(await Snippet.Compile(Snippet.Project(
            ["namespace TorchSharp { public class Tensor; public static class torch { public class Device; } }"], withTorch: false))));

    [Fact]
    public async Task A_compilation_is_looked_at_once()
    {
        var compilation = await Snippet.Compile(Snippet.Project(["class C;"]));
        Assert.Same(TorchSymbols.Of(compilation), TorchSymbols.Of(compilation));
    }
}

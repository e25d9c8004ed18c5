using SeededFailures.Running;

namespace SeededFailures.Tests;

[Collection(OneAtATime.Name)]
public sealed class CommandsTests
{
    [Fact]
    public void A_pair_is_shown()
    {
        TextWriter console = Console.Out;
        using var shown = new StringWriter();
        Console.SetOut(shown);
        try
        {
            Assert.Equal(0, Commands.Show("TabularMlp", "ZeroGradRemoved"));
        }
        finally
        {
            Console.SetOut(console);
        }
        Assert.Contains("TG1001", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("GradientsAreFresh is broken", shown.ToString(), StringComparison.Ordinal);
    }
}

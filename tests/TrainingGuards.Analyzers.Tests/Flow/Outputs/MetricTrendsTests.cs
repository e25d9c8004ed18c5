using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class MetricTrendsTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), labels = zeros(8, int64);
        var share = x.argmax(1).eq(labels).to(float32).mean().item<float>();
        var loss = mse_loss(x, x).item<float>();

        """;

    [Theory]
    [InlineData("Console.WriteLine([|loss|]);", nameof(MetricTrend.Falls))]
    [InlineData("Console.WriteLine([|share|]);", nameof(MetricTrend.Rises))]
    [InlineData("Console.WriteLine([|3 * -loss|]);", nameof(MetricTrend.Rises))]
    [InlineData("Console.WriteLine([|share - loss|]);", nameof(MetricTrend.Rises))]
    [InlineData("Console.WriteLine([|share + loss|]);", nameof(MetricTrend.Unknown))]
    [InlineData("Console.WriteLine([|share * loss|]);", nameof(MetricTrend.Unknown))]
    [InlineData("Console.WriteLine([|1 / loss|]);", nameof(MetricTrend.Unknown))]
    [InlineData("Console.WriteLine([|-2.5 + 1|]);", nameof(MetricTrend.None))]
    [InlineData("Console.WriteLine([|args.Length > 0 ? loss : 1 - share|]);", nameof(MetricTrend.Falls))]
    [InlineData("double total = 0; foreach (var a in args) total += loss; Console.WriteLine([|total|]);", nameof(MetricTrend.Falls))]
    [InlineData("double total = 0; foreach (var a in args) total -= loss; Console.WriteLine([|total|]);", nameof(MetricTrend.Rises))]
    [InlineData("var (_, indexes) = x.max(1); Console.WriteLine([|(double)indexes.eq(labels).sum()|]);", nameof(MetricTrend.Unknown))]
    [InlineData("Console.WriteLine([|x.eq(labels).sum().item<long>()|]);", nameof(MetricTrend.Unknown))]
    [InlineData("Console.WriteLine([|x.mean().item<float>()|]);", nameof(MetricTrend.Unknown))]
    public async Task A_number_goes_where_what_it_is_made_of_goes(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        Assert.Equal(expected, new MetricTrends(marked.Program).Of(marked.Operation, marked.Body).ToString());
    }
}

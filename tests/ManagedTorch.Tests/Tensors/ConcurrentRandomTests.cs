using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>Several threads draw from the default generator what one would have drawn: no number is lost, none comes twice.</summary>
public class ConcurrentRandomTests
{
    private const int Count = 4;
    private const int Draws = 300;

    private static readonly Dictionary<string, Func<string>> Sources = new()
    {
        ["rand"] = () => Text(rand(3)),
        ["rand, double"] = () => Text(rand([3], dtype: float64)),
        ["randn, one by one"] = () => Text(randn(1)),
        ["randn, in blocks"] = () => Text(randn(20)),
        ["randint"] = () => Text(randint(1000, [5])),
        ["randperm"] = () => Text(randperm(7)),
        ["bernoulli_"] = () => Text(empty(64).bernoulli_(0.5)),
        ["exponential_"] = () => Text(empty(3).exponential_()),
        ["log_normal_"] = () => Text(empty(2).log_normal_()),
        ["multinomial"] = () => Text(ones(50).multinomial(6)),
        ["dropout"] = () => Text(nn.functional.dropout(ones(64))),
    };

    public static TheoryData<string> Names => [.. Sources.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Threads_share_out_what_one_thread_draws(string name)
    {
        manual_seed(9);
        List<string> alone = [.. Enumerable.Range(0, Count * Draws).Select(_ => Sources[name]())];
        manual_seed(9);
        string[][] together = new string[Count][];
        Threads.Run(Count, number => together[number] = [.. Enumerable.Range(0, Draws).Select(_ => Sources[name]())]);
        Assert.Equal(alone.Order(StringComparer.Ordinal), together.SelectMany(draws => draws).Order(StringComparer.Ordinal));
    }

    private static string Text(Tensor tensor)
    {
        using Tensor drawn = tensor, doubles = drawn.to(float64);
        return string.Join(' ', doubles.data<double>().ToArray().Select(number => number.ToString("r")));
    }
}

using static TorchSharp.torch;

namespace ManagedTorch.Tests.Programs;

public class RandomProgramTests
{
    private const int ProgramsPerSeed = 10;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gradients_of_random_programs_agree_with_differences(int seed)
    {
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        for (int i = 0; i < ProgramsPerSeed; i++)
        {
            RandomProgram program = RandomProgram.Draw(random, length: 1 + random.Next(9));
            if (program.Fault() is null) continue;
            RandomProgram shrunk = program.Shrunk();
            Assert.Fail($"Program {i} of seed {seed}: {shrunk.Fault()}.\n{shrunk}");
        }
    }

    [Fact]
    public void Every_operation_is_drawn()
    {
        using var scope = NewDisposeScope();
        var random = new Random(0);
        var drawn = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < 400; i++) drawn.UnionWith(RandomProgram.Draw(random, length: 9).Steps.Select(step => step.Operation));
        Assert.Empty(Operations.Names.Except(drawn));
    }

    [Fact]
    public void A_wrong_gradient_is_found_and_stands_alone()
    {
        using var scope = NewDisposeScope();
        Tensor leaf = tensor([0.5, -1.0]);
        Step[] steps =
        [
            new("tanh", [0], "{0}.tanh()", x => x[0].tanh()),
            new("twice", [0], "Twice({0})", x => (x[0].detach() * 2) + x[0] - x[0].detach()),
            new("add", [1, 2], "{0} + {1}", x => x[0] + x[1]),
        ];
        var program = new RandomProgram([leaf], steps);
        Assert.Contains("by differences", program.Fault()!, StringComparison.Ordinal);
        Assert.Equal("twice", Assert.Single(program.Shrunk().Steps).Operation);
    }
}

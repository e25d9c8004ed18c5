using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class SharedRandomInWorkersTests
{
    private const string Two = "using static TorchSharp.torch.utils.data; using var loader = DataLoader(new Rows(), 8, num_worker: 2); ";
    private const string Rows = "class Rows : Dataset { public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) ";
    private const string Example = "new() { [\"x\"] = rand(4) * index * ";
    private const string Field = "readonly Random random = new(); } ";

    [Fact]
    public Task The_message_names_generator_and_workers() => Verify<SharedRandomInWorkers>.Flags(
        Two + Rows + "=> " + Example + "[|random|].NextDouble() }; " + Field,
        "'random' is used by 2 workers at once, and a Random breaks when threads share it: it repeats numbers, or gives only zeros. "
            + "Use 'Random.Shared', or a generator for each example.");

    [Fact]
    public Task It_points_to_the_workers() => Verify<SharedRandomInWorkers>.Points(
        "using static TorchSharp.torch.utils.data; var rows = new Rows(); var loader = new TorchSharp.Modules.DataLoader(rows, 8, true, num_worker: Environment.ProcessorCount); "
            + Rows + "=> " + Example + "[|random|].NextDouble() }; " + Field, "Environment.ProcessorCount");

    [Theory]
    [InlineData(Two + Rows + "{ if ([|_random|].Next(2) == 0) return new(); return " + Example + "[|this._random|].NextSingle() }; } static readonly object gate = new(); private Random _random = new Random(3); }")]
    [InlineData(Two + Rows + "=> " + Example + "Scale() }; double Scale() => [|random|].NextDouble() * 2; static " + Field)]
    [InlineData(Two + Rows + "=> " + Example + "[|Generator|].NextDouble() }; Random Generator { get; } = new(); }")]
    [InlineData(Two + "class Rows : Dataset { readonly Random _random; public Rows(int seed = 1) { _random = new Random(seed); } public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) => " + Example + "[|_random|].NextDouble() }; }")]
    [InlineData("using static TorchSharp.torch.utils.data; var shared = new Random(1); using var loader = DataLoader(new Rows(shared), 8, true, num_worker: 4); class Rows(Random random) : Dataset { public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) => " + Example + "[|random|].NextDouble() }; }")]
    [InlineData("using static TorchSharp.torch.utils.data; var shared = new Random(1); using var loader = DataLoader(new Rows(shared), 8, true, num_worker: 4); class Rows : Dataset { readonly Random _random; public Rows(Random random) => _random = random; public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) { Tensor Flip(Tensor x) => [|_random|].Next(2) == 0 ? x : x.flip(0); return new() { [\"x\"] = Flip(rand(4) * index) }; } }")]
    [InlineData("using static TorchSharp.torch.utils.data; Fit(new Rows()); void Fit(Dataset any) { using var loader = DataLoader(any, 8, num_worker: 3); } class Rows : Base; abstract class Base : Dataset { public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) => " + Example + "[|random|].NextDouble() }; " + Field)]
    [InlineData("using static TorchSharp.torch.utils.data; using var loader = DataLoader(new Rows(), 8, num_worker: 2); class Rows : IterableDataset { public override long Count => 9; public override IList<Tensor> GetTensor(long index) => [rand(4) * [|random|].NextDouble() * index]; " + Field)]
    public Task A_generator_that_workers_share_is_flagged(string code) => Verify<SharedRandomInWorkers>.Flags(code);

    [Theory]
    [InlineData("using static TorchSharp.torch.utils.data; using var loader = DataLoader(new Rows(), 8); " + Rows + "=> " + Example + "random.NextDouble() }; " + Field)]
    [InlineData("using static TorchSharp.torch.utils.data; using var loader = DataLoader(new Rows(), 8, num_worker: 1); " + Rows + "=> " + Example + "random.NextDouble() }; " + Field)]
    [InlineData("using static TorchSharp.torch.utils.data; using var loader = DataLoader(new Rows(), 8, num_worker: args.Length); " + Rows + "=> " + Example + "random.NextDouble() }; " + Field)]
    [InlineData("using static TorchSharp.torch.utils.data; using var loader = DataLoader(TensorDataset(rand(8)), 8, num_worker: 2); var rows = new Rows(); " + Rows + "=> " + Example + "random.NextDouble() }; " + Field)]
    [InlineData(Two + Rows + "=> " + Example + "Random.Shared.NextDouble() }; }")]
    [InlineData(Two + Rows + "=> " + Example + "random.NextDouble() }; readonly Random random = Random.Shared; }")]
    [InlineData(Two + Rows + "=> " + Example + "new Random((int)index).NextDouble() }; }")]
    [InlineData(Two + Rows + "{ lock (random) return " + Example + "random.NextDouble() }; } " + Field)]
    [InlineData(Two + Rows + "{ System.Threading.Monitor.Enter(random); return " + Example + "random.NextDouble() }; } " + Field)]
    [InlineData(Two + Rows + "{ lock (random) return " + Example + "Scale() }; } double Scale() => random.NextDouble(); " + Field)]
    [InlineData(Two + Rows + "=> " + Example + "(random ??= new Random()).NextDouble() }; [ThreadStatic] static Random? random; }")]
    [InlineData(Two + Rows + "=> " + Example + "random.NextDouble() }; readonly Random random = new Safe(); class Safe : Random; }")]
    [InlineData(Two + Rows + "=> " + Example + "random.Value!.NextDouble() }; readonly System.Threading.ThreadLocal<Random> random = new(() => new Random()); }")]
    [InlineData(Two + Rows + "=> " + Example + "order[index] }; readonly Random random = new(); readonly double[] order; public Rows() => order = Enumerable.Range(0, 9).Select(_ => random.NextDouble()).ToArray(); }")]
    [InlineData(Two + "new Rows(new Random()); " + "class Rows : Dataset { readonly Random random; public Rows() : this(Random.Shared) { } public Rows(Random given) => random = given; public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) => " + Example + "random.NextDouble() }; }")]
    [InlineData("using static TorchSharp.torch.utils.data; using var loader = DataLoader(new Rows(), 8, num_worker: 2); class Rows : Dataset { public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) => " + Example + "random.NextDouble() }; readonly Random random = new(); class Random { public double NextDouble() => 1; } }")]
    public Task What_is_not_shared_is_silent(string code) => Verify<SharedRandomInWorkers>.Silent(code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<SharedRandomInWorkers>.SilentOnBroken(
        Two + Rows + "=> " + Example + "random. }; readonly Random random = ; }");

    [Fact]
    public Task The_fix_takes_the_shared_one() => Verify<SharedRandomInWorkers>.Fixes(
        Two + Rows + "=> " + Example + "[|random|].NextDouble() /* in 0..1 */ * [|this.random|].Next(2) }; " + Field,
        Two + Rows + "=> " + Example + "Random.Shared.NextDouble() /* in 0..1 */ * Random.Shared.Next(2) }; " + Field);

    [Fact]
    public Task No_fix_is_offered_where_a_seed_would_be_lost() => Verify<SharedRandomInWorkers>.HasNoFix(
        Two + Rows + "=> " + Example + "[|random|].NextDouble() }; readonly Random random = new(42); }");
}

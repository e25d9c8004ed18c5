using TorchSharp.Modules;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A training on given batches whose every step begins from a state of the generator that is the step's own, so that two runs draw the same.</summary>
internal sealed class ResumableRun : IDisposable
{
    private readonly BatchTape _tape;
    private readonly BatchTape.Reader _reader;
    private readonly List<double[]> _rates = [];

    public ResumableRun(Trial parent, BatchTape tape, long seed)
    {
        _tape = tape;
        _reader = tape.Read();
        Trial = parent.Again(setup => setup with { Seed = seed, Batch = _reader.Next });
    }

    /// <summary>The build.</summary>
    public Trial Trial { get; }

    /// <summary>How many steps it has made, or those made whose state was loaded.</summary>
    public int Steps { get; private set; }

    /// <summary>Where it is among the batches.</summary>
    public int Position => _reader.Position;

    /// <summary>The learning rates with which each step began.</summary>
    public IReadOnlyList<double[]> Rates => _rates;

    public TrainingState State => new(Trial, Steps);

    /// <summary>The rates of all groups now.</summary>
    public double[] RatesNow => [.. Trial.Optimizers.SelectMany(optimizer => optimizer.ParamGroups ?? []).Select(group => group.LearningRate)];

    /// <summary>Goes on where another run stood.</summary>
    public void StandAt(int steps, int position) => (Steps, _reader.Position) = (steps, position);

    public void Go(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            _ = Trial.Schedulers;
            _rates.Add(RatesNow);
            Batch batch = Trial.NextBatch();
            manual_seed(_tape.Seed + Steps);
            Trial.Step(batch);
            Steps++;
        }
    }

    /// <summary>What each optimizer remembers of each parameter, as bytes; null where it cannot be saved.</summary>
    public IReadOnlyList<(string Kind, byte[][]? Memory)> Remembered() => [.. Trial.Optimizers.Select(optimizer => (optimizer.GetType().Name, MemoryOf(optimizer)))];

    public void Dispose() => Trial.Dispose();

    private static byte[][]? MemoryOf(optim.Optimizer optimizer) =>
        optimizer is OptimizerHelper helper ? [.. helper.state_dict().State.Select(one => Bytes(one.SaveStateDict))] : null;

    private static byte[] Bytes(Action<BinaryWriter> save)
    {
        using var stream = new MemoryStream();
        try
        {
            using var writer = new BinaryWriter(stream);
            save(writer);
        }
        catch (NotImplementedException)
        {
            // TorchSharp writes no tensor that is not contiguous: it cannot be compared, and the program's own save throws too.
            return [];
        }
        return stream.ToArray();
    }
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How well the parts of a model that are declared as moving averages follow, step by step.</summary>
internal sealed class AverageRun(IReadOnlyList<MovingAverage> averages, nn.Module model) : IDisposable
{
    private readonly List<Followed> _followed = [.. averages.SelectMany(average => average.Pairs(model).Select(pair => new Followed(average, pair.Name, pair.Follows, pair.Source)))];

    /// <summary>The largest distance of each tensor from its average.</summary>
    public IReadOnlyList<Reading> Readings => [.. _followed.Select(one => new Reading(one.Worst, one.Name))];

    /// <summary>Why the worst of them does not follow; null where all do.</summary>
    public Cause? Cause(double tolerance) => _followed.Where(one => !(one.Worst <= tolerance)).MaxBy(one => one.Worst)?.Cause;

    /// <summary>To be called before each step.</summary>
    public void Before() => _followed.ForEach(one => one.Before());

    /// <summary>To be called after each step.</summary>
    public void After() => _followed.ForEach(one => one.After());

    public void Dispose() => _followed.ForEach(one => one.Dispose());

    private sealed class Followed(MovingAverage average, string name, Tensor follows, Tensor source) : IDisposable
    {
        private Tensor? _before;
        private Tensor? _sourceBefore;

        public string Name => name;

        public double Worst { get; private set; }

        public Cause? Cause { get; private set; }

        public void Before()
        {
            Dispose();
            (_before, _sourceBefore) = (TensorBits.Copy(follows), TensorBits.Copy(source));
        }

        public void After()
        {
            double distance = average.Distance(_before!, follows, source);
            if (distance <= Worst) return;
            (Worst, Cause) = (distance, average.Cause(name, _before!, follows, _sourceBefore!, source));
        }

        public void Dispose()
        {
            _before?.Dispose();
            _sourceBefore?.Dispose();
        }
    }
}

using TrainingGuards.Decoding;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>What some training examples teach without a network: the commonest class or the mean, and a linear model of the raw inputs.</summary>
internal sealed class SimpleModels : IDisposable
{
    private const int MostExamples = 1024;
    private const long MostColumns = 64;
    private const double Ridge = 0.1;

    private readonly List<Tensor> _targets = [];
    private readonly LabelledInputs _inputs;

    public SimpleModels(Trial trial, Examples training) => _inputs = LabelledInputs.Of(Kept(trial, trial.Epoch(training), _targets), MostExamples);

    /// <summary>The best constant, one row: the majority class, the majority of each column, or the mean.</summary>
    public Tensor Constant(Scoring scoring)
    {
        if (scoring.Classes == 0)
        {
            Tensor mean = cat([.. _targets.Select(target => Scoring.Rows(target, target))], 0).mean([0L], keepdim: true);
            return scoring.IsAccuracy ? mean.gt(0.5).to(ScalarType.Float64) : mean;
        }
        return Counts(scoring).argmax().reshape(1, 1);
    }

    /// <summary>Σπ²: how often a guess by the frequency of the classes is right; NaN where there are none.</summary>
    public double GuessByFrequency(Scoring scoring)
    {
        if (scoring.Classes == 0) return double.NaN;
        using var scope = NewDisposeScope();
        Tensor counts = Counts(scoring);
        return (counts / counts.sum()).square().sum().ToDouble();
    }

    /// <summary>What ridge regression in closed form on the inputs, each column at a deviation of 1, predicts for other examples [n, 1 or k]; null where targets are sequences or images.</summary>
    public Tensor? Linear(Scoring scoring, IEnumerable<Batch> batches)
    {
        if (_targets[0].numel() > MostColumns * _targets[0].shape[0] || (scoring.Classes > 0 && _targets[0].dim() > 1)) return null;
        using LabelledInputs asked = LabelledInputs.Of(batches, int.MaxValue), both = LabelledInputs.Joined(_inputs, asked);
        Tensor features = both.Features().to(ScalarType.Float64) * Math.Sqrt(MostColumns);
        Tensor known = features.narrow(0, 0, _inputs.Count), other = features.narrow(0, _inputs.Count, asked.Count);
        Tensor values = cat([.. _targets], 0).to(features.device);
        if (scoring.Classes > 0)
        {
            Tensor labels = values.flatten().to(ScalarType.Int64), real = labels.ne(scoring.Setup.IgnoreIndex);
            values = nn.functional.one_hot(labels.masked_fill(real.logical_not(), 0), scoring.Classes).to(ScalarType.Float64) * real.unsqueeze(1).to(ScalarType.Float64);
        }
        else
        {
            values = Scoring.Rows(values, values);
        }
        Tensor mean = values.mean([0L], keepdim: true), weights = values - mean;
        long n = known.shape[0], d = known.shape[1];
        Tensor Regular(Tensor gram) => linalg.inv(gram + (Ridge * eye(gram.shape[0], dtype: ScalarType.Float64, device: gram.device)));
        Tensor predicted = d <= n
            ? other.matmul(Regular(known.t().matmul(known)).matmul(known.t().matmul(weights)))
            : other.matmul(known.t()).matmul(Regular(known.matmul(known.t())).matmul(weights));
        predicted = predicted + mean;
        return scoring.Classes > 0 ? predicted.argmax(1).unsqueeze(1) : predicted;
    }

    public void Dispose()
    {
        _inputs.Dispose();
        foreach (Tensor target in _targets) target.Dispose();
    }

    private Tensor Counts(Scoring scoring)
    {
        Tensor labels = cat([.. _targets.Select(target => target.flatten().to(ScalarType.Int64))], 0), real = labels.masked_select(labels.ne(scoring.Setup.IgnoreIndex));
        return real.bincount(null, minlength: scoring.Classes).to(ScalarType.Float64);
    }

    private static IEnumerable<Batch> Kept(Trial trial, IEnumerable<Batch> batches, List<Tensor> targets)
    {
        foreach (Batch own in batches)
        {
            // Where validation is, so that one calculation takes both.
            Batch batch = own.CopyTo(trial.Device);
            targets.Add(batch.Targets[0].DetachFromDisposeScope());
            try
            {
                yield return batch;
            }
            finally
            {
                foreach (Tensor tensor in batch.Inputs.Concat(batch.Targets.Skip(1))) tensor.Dispose();
            }
        }
    }
}

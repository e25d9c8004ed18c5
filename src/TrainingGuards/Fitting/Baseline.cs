using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>A prediction that needs no network, and how the model's scores compare with its, example by example.</summary>
/// <param name="name">What it is: <c>the majority class</c>.</param>
/// <param name="mustBeBeaten">Whether the model must be better, or only not worse.</param>
internal sealed class Baseline(string name, bool mustBeBeaten)
{
    private double _difference, _squares, _own;
    private double _count;

    public string Name { get; } = name;

    public bool MustBeBeaten { get; } = mustBeBeaten;

    /// <summary>Its mean score.</summary>
    public double Score => _own / _count;

    /// <summary>How many examples were compared.</summary>
    public double Examples => _count;

    /// <summary>
    /// The sum of the differences over the root of the sum of their squares: its deviation where either sign is as likely (for right and wrong, McNemar, 1947). The numbers of one example count as one.
    /// </summary>
    public double Z => double.IsNaN(_difference) ? double.NaN : _squares > 0 ? _difference / Math.Sqrt(_squares) : 0;

    /// <summary>Takes in the scores of some examples, the higher the better.</summary>
    public void See(Tensor model, Tensor baseline)
    {
        using var scope = NewDisposeScope();
        Tensor difference = model - baseline;
        _difference += difference.sum().ToDouble();
        _squares += difference.square().sum().ToDouble();
        _own += baseline.sum().ToDouble();
        _count += model.shape[0];
    }
}

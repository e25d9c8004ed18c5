namespace TrainingGuards.Monitoring;

/// <summary>What one output says of the examples that stay the same, in one look.</summary>
/// <param name="Output">The output's name: <c>output</c>, or <c>output 1</c> where there are several.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Count">How many predictions are compared: of examples, positions or columns.</param>
/// <param name="Change">How far they changed since the look before, over what unrelated ones would: 1 − κ (Cohen) of classes, 1 − ρ (Lin's concordance) of numbers. NaN in the first look.</param>
public sealed record PredictionSample(string Output, PredictionKind Kind, long Count, double Change)
{
    /// <summary>Whether the targets are known.</summary>
    public bool HasTargets { get; init; }

    /// <summary>By how much two passes without a step between them differ, on the same scale; read in the first look alone, else NaN.</summary>
    public double WithoutStep { get; init; } = double.NaN;

    /// <summary>The share of predictions that are another than in the look before; NaN of numbers and in the first look.</summary>
    public double Flipped { get; init; } = double.NaN;

    /// <summary>The mean entropy of the predicted distributions in nats; NaN of numbers.</summary>
    public double Entropy { get; init; } = double.NaN;

    /// <summary>The share of predictions that are the target's; NaN of numbers.</summary>
    public double Right { get; init; } = double.NaN;

    /// <summary>The class that is predicted most often; −1 of numbers.</summary>
    public long Top { get; init; } = -1;

    /// <summary>The share of predictions that are <see cref="Top"/>.</summary>
    public double TopShare { get; init; } = double.NaN;

    /// <summary>The share of targets that are <see cref="Top"/>.</summary>
    public double TopTargets { get; init; } = double.NaN;

    /// <summary>How often each class is predicted; empty of numbers and of more classes than one looks at.</summary>
    public IReadOnlyList<double> Predicted { get; init; } = [];

    /// <summary>How many classes the targets have; 0 of numbers.</summary>
    public long Classes { get; init; }

    /// <summary>The standard deviation of the outputs over the examples; over that of the targets where these are numbers.</summary>
    public double Spread { get; init; } = double.NaN;
}

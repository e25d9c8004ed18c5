using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Data;

/// <summary>Training examples have the label of those like them about as often as validation examples have.</summary>
/// <remarks>
/// Both sets are read as they are stored, <see cref="TrainingGuards.Examples.Plain"/>. 1,024 training examples say which label each of them should have, without its own, and each of 1,024 validation examples. Where they are equally clear, and with labels weighted alike, both sets agree equally often if both were labelled alike; the bound on the difference is the larger of
/// <c>noise</c> and five standard errors. A net learns wrong labels by heart as it learns right ones, and is wrong on the examples that lie near. It cannot see labels that are wrong in both sets alike, and does not apply where training is augmented at random and the setup does not say how it is stored. Cost: no pass of the model; up to 1,024 examples of training and of validation, an epoch of training to confirm a
/// failure.
/// </remarks>
/// <param name="noise">The share of examples by which training may agree more rarely. Public data sets have 0.03 to 0.1 wrong labels (Northcutt, Athalye and Mueller, 2021).</param>
/// <param name="examples">How many examples of each set are read at most, at least 128.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="noise"/> is no share below 1, or <paramref name="examples"/> is less than 128.</exception>
public sealed class LabelsAgreeWithNeighbours(double noise = 0.1, int examples = 1024) : Check
{
    private const double Z = 5, Telling = 0.5;
    private const int Fewest = 128, Shown = 3;

    /// <summary>The share of examples by which training may agree more rarely.</summary>
    public double Noise { get; } = noise is >= 0 and < 1 ? noise : throw new ArgumentOutOfRangeException(nameof(noise), noise, "It is a share: give at least 0 and less than 1.");

    /// <summary>How many examples of each set are read at most.</summary>
    public int Examples { get; } = examples >= Fewest ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "Agreement is told by at least 128 examples.");

    /// <inheritdoc/>
    public override string Claim => "Training labels are as right as validation labels.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Training?.Plain is not { } training) return MissingSet.Of(nameof(Setup.Training));
        if (trial.Setup.Validation?.Plain is not { } validation) return MissingSet.Of(nameof(Setup.Validation));
        using LabelledInputs own = LabelledInputs.Of(trial.Epoch(training), Examples), other = LabelledInputs.Of(trial.Epoch(validation), Examples);
        if (Math.Min(own.Count, other.Count) < Fewest)
            return Findings.NotApplicable($"training has {Numbers.Text(own.Count)} examples and validation {Numbers.Text(other.Count)}; it takes {Numbers.Text(Fewest)} of each to tell how often labels agree");
        using LabelledInputs both = LabelledInputs.Joined(own, other);
        LabelColumn[] columns = [.. both.Labels.Where(column => column.IsClass && column.Values.Take(own.Count).Distinct().Skip(1).Any())];
        if (columns.Length == 0) return Findings.NotApplicable("the targets are not one of several classes for each example, but tokens, masks, tags or numbers");

        (string Name, LabelNoise Noise)[] told = Compare(both, own.Count, columns);
        if (told.Length == 0) return Findings.NotApplicable("what training examples say of each other is not as clear as what they say of validation examples, which lie elsewhere");
        (string Name, LabelNoise Noise)[] telling = [.. told.Where(one => Smallest(one.Noise) <= Telling)];
        if (telling.Length == 0)
        {
            LabelNoise best = told.MinBy(one => Smallest(one.Noise)).Noise;
            return Findings.NotApplicable($"{Numbers.Text(100 * best.Validation)} % of validation examples have the label of the training examples that are like them, {Numbers.Text(100 * best.Chance)} % by chance, with a standard error of {Numbers.Text(100 * best.Error)}: too little to tell wrong labels by");
        }
        var findings = new Findings
        {
            Claims = [.. telling.Select(one => new Measurement(
                "share of validation examples that agree with those like them − share of training examples", Bound.AtMost(Allowed(one.Noise)).Meaning(Allowed(one.Noise) > Noise ? $"{Numbers.Text(Z)} standard errors" : "noise"), one.Noise.Difference, $"in {one.Name}"))],
            Controls = [new("smallest share of wrong labels that is seen", Bound.AtMost(Telling), telling.Max(one => Smallest(one.Noise)))],
        };
        if (findings.Claims.All(claim => claim.Holds)) return findings;

        // What is augmented lies apart from what is not, and is told less well whatever its label.
        using ExampleHashes? hashes = ExampleHashes.Of(trial, training);
        using var again = new ExampleRereading(trial, training);
        if (hashes is null || again.Share(hashes) < ExampleRereading.SameAgain)
            return Findings.NotApplicable($"training examples differ when they are read again: they are augmented, and agree less for that; {ExampleRereading.Remedy(trial.Setup.Training)}");
        (string Name, LabelNoise Noise)[] wrong = [.. telling.Where(one => one.Noise.Difference > Allowed(one.Noise))];
        return findings with { Causes = [.. wrong.Select(one => one.Noise.Explain(one.Name))], Notes = [.. wrong.Select(one => Named(one.Noise))] };
    }

    private static string Named(LabelNoise noise) =>
        $"the clearest: {Words.List([.. noise.Suspects.Take(Shown).Select(suspect => $"training example {Numbers.Text(suspect.Example)} is labelled {Numbers.Text(suspect.Label)} among examples of {Numbers.Text(suspect.Vote)}")])} (positions in an epoch)";

    private static (string Name, LabelNoise Noise)[] Compare(LabelledInputs both, int training, LabelColumn[] columns)
    {
        using var scope = NewDisposeScope();
        var neighbours = new Neighbourhood(both.Features(), training);
        return [.. columns.Select(column => (column.Name, LabelNoise.Of(neighbours.Votes(column.Values)))).Where(one => one.Item2 is not null).Select(one => (one.Name, one.Item2!))];
    }

    private double Allowed(LabelNoise noise) => Math.Max(Noise, Z * noise.Error);

    // Wrong labels make agreement rarer in proportion to what inputs say of them.
    private static double Smallest(LabelNoise noise) => Z * noise.Error / Math.Max(noise.Validation - noise.Chance, 1e-9);
}

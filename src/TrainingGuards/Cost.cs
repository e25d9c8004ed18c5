using System.Globalization;

namespace TrainingGuards;

/// <summary>What a check cost, counted as it ran.</summary>
/// <param name="Forwards">Forward passes outside training steps.</param>
/// <param name="Backwards">Backward passes outside training steps.</param>
/// <param name="Steps">Training steps: a forward pass, a backward pass and an update each.</param>
/// <param name="Examples">Examples that were read and not put through the model.</param>
public sealed record Cost(int Forwards, int Backwards, int Steps, long Examples = 0)
{
    /// <summary>The cost in training steps, a forward pass counted as a third of one and a backward pass as two thirds; reading examples is not counted.</summary>
    public double StepEquivalents => Steps + (Forwards / 3.0) + (Backwards * 2 / 3.0);

    /// <summary>The cost of both together.</summary>
    public static Cost operator +(Cost left, Cost right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(left.Forwards + right.Forwards, left.Backwards + right.Backwards, left.Steps + right.Steps, left.Examples + right.Examples);
    }

    /// <summary>The cost in words: <c>3 F, 12 S</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        void Add(long count, string unit)
        {
            if (count > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {unit}"));
        }
        Add(Forwards, "F");
        Add(Backwards, "B");
        Add(Steps, "S");
        Add(Examples, Examples == 1 ? "example" : "examples");
        return parts.Count == 0 ? "0" : string.Join(", ", parts);
    }
}

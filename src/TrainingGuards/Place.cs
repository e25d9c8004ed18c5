namespace TrainingGuards;

/// <summary>Where a claim is first seen to break.</summary>
/// <param name="Module">The module, by its path in the model: <c>encoder.mix</c>; the model's type for the model itself.</param>
/// <param name="Source">The source line or lines: <c>MyModel.cs:42</c>; null where no symbols tell it.</param>
public sealed record Place(string Module, string? Source = null)
{
    /// <summary>The place in words: <c>first seen in `encoder.mix`, MyModel.cs:42</c>.</summary>
    public override string ToString() => Source is null ? $"first seen in `{Module}`" : $"first seen in `{Module}`, {Source}";
}

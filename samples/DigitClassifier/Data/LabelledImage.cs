namespace DigitClassifier.Data;

/// <summary>One example: 64 grey levels of 0 (paper) to 16 (ink), row by row, and the digit that they show.</summary>
public sealed record LabelledImage(IReadOnlyList<int> Pixels, int Label);

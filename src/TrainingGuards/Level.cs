using System.Runtime.InteropServices;

namespace TrainingGuards;

/// <summary>A value that a curve is compared with.</summary>
/// <param name="Meaning">What it is: <c>a perfect prediction</c>.</param>
/// <param name="Value">The value.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Level(string Meaning, double Value);

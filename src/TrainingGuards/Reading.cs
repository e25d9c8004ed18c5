using System.Runtime.InteropServices;

namespace TrainingGuards;

/// <summary>One number that a check measured.</summary>
/// <param name="Value">The number.</param>
/// <param name="Culprit">What it was measured on, in the user's coordinates: <c>encoder.layer2.weight</c>, <c>from example 3 to example 1</c>; empty where there is but one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Reading(double Value, string Culprit = "");

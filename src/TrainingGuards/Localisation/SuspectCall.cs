using System.Reflection;

namespace TrainingGuards.Localisation;

/// <summary>A call in the user's code that may be what a check saw, found in the instructions of methods and of what they call in their assembly.</summary>
/// <param name="Callee">What is called.</param>
/// <param name="Source">The line of the call; null where no symbols tell it.</param>
internal sealed record SuspectCall(MethodBase Callee, string? Source);

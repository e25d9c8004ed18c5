using System.Reflection;

namespace TrainingGuards.Decoding;

/// <summary>Where a method applies an activation function to what a module in a field of its type returns, times a constant and plus one.</summary>
/// <param name="Field">The field that holds the module.</param>
/// <param name="Function">The function's name.</param>
/// <param name="Kind">The name of the module that does the same.</param>
/// <param name="Scale">What the module's output is multiplied by before.</param>
/// <param name="Shift">What is added then.</param>
/// <param name="Method">The method.</param>
/// <param name="Offset">The instruction that calls the function.</param>
internal sealed record ActivationSite(FieldInfo Field, string Function, string Kind, double Scale, double Shift, MethodBase Method, int Offset);

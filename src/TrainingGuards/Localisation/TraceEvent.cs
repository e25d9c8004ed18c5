using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>A module was entered or left.</summary>
/// <param name="Path">The module's path in the model.</param>
/// <param name="Module">The module.</param>
/// <param name="Entered">True where it was entered, false where it was left.</param>
/// <param name="Tensors">What it takes, or what it returns.</param>
/// <param name="Site">The line that called it; null where no symbols tell it.</param>
internal sealed record TraceEvent(string Path, nn.Module Module, bool Entered, Tensors Tensors, CallSite? Site);

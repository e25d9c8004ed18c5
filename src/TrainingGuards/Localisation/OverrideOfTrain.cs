using System.Reflection;
using TrainingGuards.Decoding;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>The source lines that decide in which mode a module is.</summary>
internal static class OverrideOfTrain
{
    /// <summary>The nearest override of <c>train(bool)</c> at a module or above it; null where there is none, or no symbols tell it.</summary>
    public static string? Above(nn.Module model, string path) => ModelTensors.Modules(model)
        .Where(part => ReferenceEquals(part.Module, model) || CoveringNames.IsUnder(path, part.Path))
        .OrderByDescending(part => ReferenceEquals(part.Module, model) ? -1 : part.Path.Length)
        .Select(part => part.Module.GetType().GetMethod("train", BindingFlags.Public | BindingFlags.Instance, [typeof(bool)]))
        .Where(train => train is not null && train.DeclaringType?.Assembly != typeof(Tensor).Assembly)
        .Select(train => MethodLines.Of(train!) is { } lines ? lines.Text(lines.First, lines.Last) : null)
        .FirstOrDefault();

    /// <summary>The forward of a module of the user's; null for torch's.</summary>
    public static string? Forward(nn.Module model, string path) => ModelTensors.Modules(model)
        .Where(part => part.Path == path)
        .Select(part => MethodLines.Forward(part.Module) is { } lines ? lines.Text(lines.First, lines.Last) : null)
        .FirstOrDefault();
}

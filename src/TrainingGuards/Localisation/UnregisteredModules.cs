using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Modules that the user's modules hold in fields, collections, tuples and objects, and that torch does not know of.</summary>
internal static class UnregisteredModules
{
    /// <summary>Each with its path in the user's words: <c>encoder._blocks[2]</c>; those below an unregistered one too.</summary>
    public static IReadOnlyList<(string Path, nn.Module Module)> In(nn.Module model)
    {
        var known = new HashSet<nn.Module>(ModelTensors.Modules(model).Select(part => part.Module), ReferenceEqualityComparer.Instance);
        var found = new List<(string Path, nn.Module Module)>();
        foreach (HeldComponent held in HeldComponents.In(model))
        {
            if (held.Value is not nn.Module top || known.Contains(top)) continue;
            foreach ((string inner, nn.Module module) in ModelTensors.Modules(top))
                if (known.Add(module)) found.Add((ReferenceEquals(module, top) ? held.Path : $"{held.Path}.{inner}", module));
        }
        return found;
    }
}

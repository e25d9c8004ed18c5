using TorchSharp.Modules;
using TrainingGuards.Trials;

namespace TrainingGuards.Decoding;

/// <summary>The parameters that the model draws by chance: another seed gives them other numbers, and what was loaded is the same from any.</summary>
internal static class DrawnParameters
{
    /// <summary>The paths of those among some parameters of the trial's model; another build is made to compare with.</summary>
    public static IReadOnlySet<string> Among(Trial trial, IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        using Trial other = trial.Again(setup => setup with { Seed = setup.Seed + 1 });
        Dictionary<string, Parameter> again = other.Parameters.ToDictionary(part => part.Name, part => part.Parameter, StringComparer.Ordinal);
        return parameters.Where(part => again.TryGetValue(part.Name, out Parameter? same) && !TensorBits.Same(part.Parameter, same)).Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
    }
}

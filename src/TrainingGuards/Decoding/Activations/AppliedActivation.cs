using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>An activation that a model calls as a function on what one of its modules returns.</summary>
/// <param name="Owner">The path of the module that calls it.</param>
/// <param name="Path">The path of the module whose output it takes.</param>
/// <param name="Module">That module.</param>
/// <param name="Site">Where it is called.</param>
internal sealed record AppliedActivation(string Owner, string Path, nn.Module Module, ActivationSite Site)
{
    /// <summary>The name of the module that does the same.</summary>
    public string Kind => Site.Kind;

    /// <summary>The call in words: <c>sigmoid(20 · hidden)</c>.</summary>
    public string Name => $"{Site.Function}({(Site.Scale == 1 ? "" : $"{Numbers.Text(Site.Scale)} · ")}{Path}{(Site.Shift == 0 ? "" : Site.Shift > 0 ? $" + {Numbers.Text(Site.Shift)}" : $" − {Numbers.Text(-Site.Shift)}")})";

    /// <summary>The module and the line of the call.</summary>
    public Place Place() => new(Path, MethodLines.Of(Site.Method) is { } lines && lines.At(Site.Offset) is var line ? lines.Text(line, line) : null);

    /// <summary>What the function takes where the module returns <paramref name="output"/>.</summary>
    public Tensor Taken(Tensor output) => Site.Scale == 1 && Site.Shift == 0 ? output.alias() : (output * Site.Scale) + Site.Shift;
}

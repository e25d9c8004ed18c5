using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why the gradients of a module are not its derivatives, and whether that is meant.</summary>
internal static class ModuleSlopeCauses
{
    /// <summary>A cause with its place; or, where the gradient is another on purpose, a note in its stead.</summary>
    public static (Cause? Cause, Place? Where, string? Note) Of(string path, nn.Module module, ModuleSlopes slopes, double tolerance)
    {
        MethodBase?[] methods = [MethodLines.ForwardOf(module), .. SuspectCalls.Forwards(module)];
        SuspectCall? cut = GradientDetours.Cut(methods), own = GradientDetours.OwnFunction(methods), edit = GradientDetours.Edit(methods);
        (int Part, Slope Slope)[] wrong = [.. slopes.Names.Select((name, k) => (k, slopes.AlongRandom(name, k))).Where(one => one.Item2.IsKnown && one.Item2.Error > tolerance)];
        if (wrong.Length == 0) return (new($"the gradient of `{path}` is not its derivative, in no input or parameter alone", "look for what its forward keeps from call to call"), At(path, module, null), null);
        string names = Words.List([.. wrong.Select(one => $"`{slopes.Names[one.Part]}`")]);
        if (cut is not null)
            return (null, null, $"`{path}`: the gradient by {names} is not the derivative, and that may be meant: {GradientDetours.Text(cut)} is called, as a stop-gradient or a straight-through estimator does; not judged");
        if (own is not null && wrong.All(one => Math.Abs(one.Slope.Measured) <= tolerance * one.Slope.Scale))
            return (null, null, $"`{path}`: the gradient of {GradientDetours.Text(own)} goes through where nothing changes, as that of a straight-through estimator does; not judged");
        (int part, Slope worst) = wrong.MaxBy(one => one.Slope.Error);
        Slope number = slopes.HasGradient(part) ? slopes.AlongNumber(part) : worst;
        string seen = slopes.HasGradient(part)
            ? $"the gradient of `{path}` by {names} is not its derivative: {Numbers.Text(number.Said)} and {Numbers.Text(number.Measured)} at {number.Along}{Ratio(number)}"
            : $"`{path}` changes with {names} (a derivative of {Numbers.Text(worst.Measured)} along a random direction) and gives no gradient";
        return own is not null
            ? (new($"{seen}; the backward of {GradientDetours.Text(own)} is your own", $"derive the backward of {own.Callee.DeclaringType!.GetGenericArguments()[0].Name} anew, a factor a forward operation; where the gradient is another on purpose (gradient reversal), leave the module out with modules:"), At(path, module, own), null)
            : edit is not null
                ? (new($"{seen}; {GradientDetours.Text(edit)} edits in place", "use the operation without the underscore, which makes a new tensor", "TG1010"), At(path, module, edit), null)
                : (new(seen, "look for edits of tensors that the graph does not know of, and for numbers that leave it (item, ToSingle)", "TG1004"), At(path, module, null), null);
    }

    private static string Ratio(Slope number) => number.Measured != 0 && double.IsFinite(number.Measured) ? $", {Numbers.Text(number.Said / number.Measured)} times as much" : "";

    private static Place At(string path, nn.Module module, SuspectCall? call) =>
        new(path, call?.Source ?? (MethodLines.Forward(module) is { } lines ? lines.Text(lines.First, lines.Last) : null));
}

using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>In float64, the gradients of every type of module that is the user's own are its derivatives, by inputs and parameters, within 1e-4.</summary>
/// <remarks>
/// Each type once, alone, from the innermost to the model itself, with the inputs that it gets in a forward pass of a few examples: central differences along random directions in all inputs and parameters at
/// once, rather than number by number; where they differ, along each input and parameter, and along the number with the largest gradient. A wrong gradient is missed with a probability of about its tolerance over its error, to the
/// power of the directions. What computes in float32 inside, takes more than tensors, or is the user's in every build is noted, not judged; so are stop-gradients and straight-through estimators. Cost: 1 F, and
/// (2 + 2 × <c>directions</c>) F + 1 B a type of module.
/// </remarks>
/// <param name="tolerance">How far derivative and gradient may differ, as a part of the root mean square over directions.</param>
/// <param name="directions">How many random directions are tried for each module.</param>
/// <param name="examples">With how many examples of the first batch.</param>
/// <param name="modules">Which modules are tried; null for one of each type that is not torch's.</param>
public sealed class GradientsMatchFiniteDifferences(double tolerance = 1e-4, int directions = 2, int examples = 4, Func<nn.Module, bool>? modules = null) : Check
{
    /// <summary>How far derivative and gradient may differ, as a part of the root mean square over directions.</summary>
    public double Tolerance { get; } = tolerance is > 0 and < 1 ? tolerance : throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "A tolerance is a part, between 0 and 1.");

    /// <summary>How many random directions are tried for each module.</summary>
    public int Directions { get; } = directions >= 1 ? directions : throw new ArgumentOutOfRangeException(nameof(directions), directions, "At least one random direction is tried.");

    /// <summary>With how many examples of the first batch.</summary>
    public int Examples { get; } = examples >= 1 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "At least one example is tried.");

    /// <summary>Which modules are tried; null for one of each type that is not torch's.</summary>
    public Func<nn.Module, bool>? Modules { get; } = modules;

    /// <inheritdoc/>
    public override string Claim => "The gradients of every module of your own are its derivatives.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        (string Path, nn.Module Module)[] own = [.. ModelTensors.Modules(trial.Model).Where(part => Modules?.Invoke(part.Module) ?? !ModuleKind.IsTorch(part.Module))];
        if (own.Length == 0) return Findings.NotApplicable($"`{trial.Model.GetType().Name}` has no module of a type of your own: the gradients are torch's");
        var given = new Dictionary<nn.Module, Tensors>(ReferenceEqualityComparer.Instance);
        try
        {
            Record(trial, [.. own.Select(part => part.Module)], given);
            return Judge(trial, own, given);
        }
        finally
        {
            foreach (Tensor tensor in given.Values.SelectMany(tensors => tensors)) tensor.Dispose();
        }
    }

    /// <summary>What each module is given first in a forward pass, of each type one.</summary>
    private void Record(Trial trial, nn.Module[] own, Dictionary<nn.Module, Tensors> given)
    {
        var wanted = new HashSet<nn.Module>(own, ReferenceEqualityComparer.Instance);
        var types = new HashSet<Type>();
        using IDisposable scope = trial.Scope();
        using var hooks = new ModuleHooks(
            trial.Model,
            (_, module, inputs) =>
            {
                if (wanted.Contains(module) && (types.Add(module.GetType()) || (Modules is not null && !given.ContainsKey(module)))) given[module] = inputs.Select(TensorBits.Copy);
            },
            (_, _, _) => { });
        trial.Forward(trial.Batch.First(Examples).Inputs);
    }

    private Findings Judge(Trial trial, (string Path, nn.Module Module)[] own, Dictionary<nn.Module, Tensors> given)
    {
        var errors = new List<Reading>();
        var sizes = new List<Reading>();
        var notes = new List<string>();
        var causes = new List<Cause>();
        var doubtful = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        Place? where = null;
        // From the inside out: what holds a module whose gradients are not its derivatives has the same fault.
        foreach ((string path, nn.Module module) in own.Where(part => given.ContainsKey(part.Module)).OrderByDescending(part => ReferenceEquals(part.Module, trial.Model) ? -1 : part.Path.Count(c => c == '.')))
        {
            if (module.modules().Any(inner => doubtful.Contains(inner))) continue;
            if (trial.IsShared(module))
            {
                notes.Add($"`{path}` is the same at each call of Model, or a part of it is: in float64 its parameters would no longer be yours; not judged");
                continue;
            }
            try
            {
                using var slopes = new ModuleSlopes(trial, module, given[module], Tolerance);
                if (slopes.Names.Count == 0) continue;
                if (!slopes.IsExact || !slopes.Repeats)
                {
                    notes.Add(slopes.IsExact ? $"`{path}` gives other numbers from one seed (SeedReproduces); not judged" : $"`{path}` returns other numbers than float64, though all it has and is given is float64; not judged");
                    continue;
                }
                Slope[] all = [.. Enumerable.Range(1, Directions).Select(i => slopes.AlongRandom($"of `{path}` along random direction {Numbers.Text(i)}"))];
                if (!all.Any(slope => slope.IsKnown))
                {
                    notes.Add($"`{path}` is too rough, or rounds too much inside, to tell its derivative; not judged");
                    continue;
                }
                Reading[] readings = [.. all.Where(slope => slope.IsKnown).Select(slope => new Reading(slope.Error, slope.Along))];
                if (readings.Any(reading => reading.Value > Tolerance))
                {
                    doubtful.Add(module);
                    (Cause? cause, Place? place, string? note) = ModuleSlopeCauses.Of(path, module, slopes, Tolerance);
                    if (note is not null)
                    {
                        notes.Add(note);
                        continue;
                    }
                    causes.Add(cause!);
                    where ??= place;
                }
                errors.AddRange(readings);
                sizes.Add(new(slopes.Spread, $"of `{path}`"));
            }
#pragma warning disable CA1031 // A module that its own code makes for float32 alone, or that takes more than tensors, throws whatever it likes.
            catch (Exception failure) when (failure is not OperationCanceledException and not BudgetExceededException)
#pragma warning restore CA1031
            {
                notes.Add($"`{path}` does not run alone in float64 ({failure.GetType().Name}: {failure.Message.Split('\n')[0]}); not judged");
            }
        }
        if (errors.Count == 0)
            return Findings.NotApplicable(notes.Count > 0 ? string.Join("; ", notes) : "no module of a type of your own is called by `call`, with inputs or parameters that have gradients");
        return new()
        {
            Claims = [new("|derivative − ⟨gradient, direction⟩| / their size", Bound.AtMost(Tolerance), errors)],
            // A module may well have no gradient; where none has, nothing was seen.
            Controls = [new("largest size of a derivative", Bound.MoreThan(0), sizes.Max(reading => reading.Value))],
            Causes = causes,
            Where = where,
            Notes = notes,
        };
    }
}

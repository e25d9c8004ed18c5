using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Every parameter, buffer and module whose mode shows that the model's fields lead to is registered, before and after a forward pass, and the optimizer lists each parameter once at most.</summary>
/// <remarks>
/// Exact: a search by reference through fields, those of base classes too, collections, dictionaries, tuples and the user's objects that are no modules. What is frozen
/// and in evaluation mode is noted, not judged: a teacher is hidden on purpose. It cannot see what only a closure, a static field or a Lazy holds. Cost: 1 F; none where something is found
/// before it.
/// </remarks>
public sealed class ComponentsAreRegistered : Check
{
    /// <inheritdoc/>
    public override string Claim => "Torch knows of every component that the model holds, and the optimizer lists none twice.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        GroupListings? listings = trial.Setup.Trains ? new(trial.Optimizers, trial.Model) : null;
        Batch batch = trial.Batch;
        var before = new Registration(trial.Model);
        if (before.Fields.Count > 0) return Judge(trial, before, [], listings);
        string[] built = [.. BuiltInForward(trial, batch, before)];
        return Judge(trial, new Registration(trial.Model), built, listings);
    }

    private static IEnumerable<string> BuiltInForward(Trial trial, Batch batch, Registration before)
    {
        using (trial.Scope())
        using (no_grad())
            trial.Forward(batch.Inputs);
        return trial.Parameters.Select(part => part.Name).Except(before.Parameters);
    }

    private static Findings Judge(Trial trial, Registration found, string[] built, GroupListings? listings)
    {
        bool inForward = trial.Cost.Forwards > 0;
        string[] sound = [.. found.Parameters.Except(built)];
        string[] missed = [.. found.Fields.SelectMany(field => field.Members)];
        var twice = listings?.Twice(trial.Setup);
        if (sound.Length + built.Length + missed.Length == 0)
            return Findings.NotApplicable($"{trial.Model.GetType().Name} has no parameter, and its fields lead to none");
        Cause[] late = built.Length == 0 ? [] :
        [
            new($"{Words.List([.. built.Select(name => $"`{name}`")])} {(built.Length == 1 ? "was" : "were")} registered by a forward pass, after the optimizer was built", "build it in the constructor, and call RegisterComponents() after it is assigned", "TG3006"),
        ];
        return new()
        {
            Claims =
            [
                new("registered (1) or not (0)", Bound.Exactly(1), [.. sound.Select(name => new Reading(1, name)), .. built.Concat(missed).Select(name => new Reading(0, name))]),
                .. listings is { Readings.Count: > 0 } ? [new Measurement("listings in the optimizer", Bound.AtMost(1), listings.Readings)] : Array.Empty<Measurement>(),
            ],
            Controls = [new("planted layers that the search finds", Bound.Exactly(1), Planted.Found())],
            Causes =
            [
                .. found.Fields.Select(field => field.Explain(inForward, field.Held.SelectMany(held => held.Tensors).Count(parameter => listings?.Has(parameter) == true))),
                .. late,
                .. twice is { } both ? [both.Cause] : Array.Empty<Cause>(),
            ],
            Where = found.Fields.Count > 0 ? found.Fields[0].Where(inForward) : built.Length > 0 ? new(built[0], null) : twice?.Where,
            Notes = found.OnPurpose.Count == 0 ? [] : [$"{Words.List([.. found.OnPurpose.Select(path => $"`{path}`")])} {(found.OnPurpose.Count == 1 ? "is" : "are")} not registered and frozen: taken for hidden on purpose; to() and state_dict() pass by"],
        };
    }

    /// <summary>A model whose layer only the search finds.</summary>
    private sealed class Planted : nn.Module
    {
        private readonly nn.Module[] _layers = [nn.Linear(1, 1)];

        private Planted() : base(nameof(Planted)) => RegisterComponents();

        public static int Found()
        {
            using var planted = new Planted();
            using nn.Module layer = planted._layers[0];
            return UnregisteredModules.In(planted).Count(found => ReferenceEquals(found.Module, layer));
        }
    }
}

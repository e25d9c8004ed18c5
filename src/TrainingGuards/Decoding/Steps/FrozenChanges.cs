using System.Reflection;
using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What writes a tensor that is not to change: one training step of a fresh build, looked at after each of its parts.</summary>
internal static class FrozenChanges
{
    // Decay moves a weight against itself, or against its sign where the optimizer divides by the gradient's size.
    private const double Aligned = 0.99;

    /// <summary>The causes, that of the most tensors first; <see cref="Trial.Scope"/> must not be open.</summary>
    public static (IReadOnlyList<Cause> Causes, Place? Where) Of(Trial trial, IReadOnlyCollection<string> changed, IReadOnlyCollection<string> unfrozen)
    {
        using Trial fresh = trial.Again();
        IReadOnlyList<optim.Optimizer> optimizers = fresh.Optimizers;
        Batch batch = fresh.NextBatch();
        using IDisposable scope = fresh.Scope();
        fresh.Model.train();
        foreach (optim.Optimizer optimizer in optimizers) optimizer.zero_grad();
        using var start = new StateCopy(fresh.Model);
        Tensor loss = fresh.Loss(fresh.Forward(batch.Inputs), batch.Targets);
        string[] byForward = [.. Moved(start).Where(changed.Contains)];
        fresh.Backward(loss);
        using var before = new StateCopy(fresh.Model);
        foreach (optim.Optimizer optimizer in optimizers) optimizer.step();
        string[] byOptimizer = [.. Moved(before).Where(changed.Contains).Except(byForward).Except(unfrozen)];
        string[] unknown = [.. changed.Except(byForward).Except(byOptimizer).Except(unfrozen)];

        var found = new List<(Cause Cause, Place Where)>();
        if (byForward.Length > 0) found.Add(ByForward(fresh, byForward));
        if (unfrozen.Count > 0) found.Add(Unfrozen(fresh, [.. unfrozen]));
        foreach (IGrouping<bool, string> kind in byOptimizer.GroupBy(name => IsDecay(fresh.Model, name, before)))
            found.Add(ByOptimizer(fresh, [.. kind], decay: kind.Key));
        if (unknown.Length > 0)
            found.Add((new($"{Named(unknown)} changed in a later step than the first", "look for copy_, fill_ and other in-place functions on it"), new(unknown[0])));
        return ([.. found.Select(one => one.Cause)], found.Select(one => one.Where).FirstOrDefault());
    }

    private static (Cause Cause, Place Where) ByForward(Trial trial, string[] names)
    {
        bool buffer = trial.Parameters.All(part => part.Name != names[0]);
        SuspectCall? call = SuspectCalls.Find([.. Forwards(trial.Model, names[0]), trial.Setup.Forward?.Method, trial.Setup.Loss?.Method, trial.Setup.JointLoss?.Method], IsInPlace);
        string by = call is null ? "the forward pass or the loss writes" : $"{call.Callee.Name} in the forward pass writes";
        return (
            new(
                $"{(buffer ? "buffer " : "")}{Named(names)} changed before the optimizer's step: {by} {(names.Length == 1 ? "it" : "them")}",
                buffer ? "write buffers outside of forward; one that is to move is declared by FrozenStaysFrozen(moving: \"…\")" : "use functions that return a new tensor: add in place of add_"),
            new(names[0], call?.Source));
    }

    private static (Cause Cause, Place Where) Unfrozen(Trial trial, string[] names)
    {
        SuspectCall? call = SuspectCalls.Find([.. Forwards(trial.Model, names[0]), trial.Setup.Forward?.Method], callee => callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && callee.Name is "set_requires_grad" or "requires_grad_");
        return (
            new($"{Named(names)} {(names.Length == 1 ? "requires" : "require")} a gradient after training and did not before: {(call is null ? "something" : call.Callee.Name)} unfreezes {(names.Length == 1 ? "it" : "them")}", "set requires_grad once, before the training"),
            new(names[0], call?.Source));
    }

    private static (Cause Cause, Place Where) ByOptimizer(Trial trial, string[] names, bool decay)
    {
        Parameter? first = trial.Parameters.Where(part => part.Name == names[0]).Select(part => part.Parameter).FirstOrDefault();
        bool zeros = first?.grad is { IsInvalid: false };
        MethodLines? lines = trial.Setup.OptimizerBuilder is { } build ? MethodLines.Of(build.Method) : null;
        string why = decay ? "straight towards 0, by weight decay" : "not straight towards 0, by momentum or by a gradient";
        string evidence = $"the optimizer's step moves {Named(names)} {why}{(zeros ? ": the gradient is zeros and not null, so frozen weights are not passed over" : "")}";
        return (new(evidence, "give the optimizer only what requires a gradient: parameters().Where(p => p.requires_grad)"), new(names[0], lines?.Text(lines.First, lines.Last)));
    }

    private static bool IsDecay(nn.Module model, string name, StateCopy before)
    {
        Tensor? live = model.named_parameters().Where(part => part.name == name).Select(part => (Tensor)part.parameter).FirstOrDefault();
        if (live is null || before.Of(name) is not { } copy) return false;
        using var scope = NewDisposeScope();
        Tensor was = copy.to(ScalarType.Float64), moved = live.detach().to(ScalarType.Float64) - was;
        return Cosine(moved, was) < -Aligned || Cosine(moved, was.sign()) < -Aligned;
    }

    private static double Cosine(Tensor a, Tensor b) => (a.square().sum() * b.square().sum()).sqrt().ToDouble() is > 0 and var scale ? (a * b).sum().ToDouble() / scale : 0;

    private static IEnumerable<string> Moved(StateCopy state) => state.Changes().Where(change => change.Value != 0).Select(change => change.Culprit);

    private static string Named(IReadOnlyList<string> names) => Words.List([.. names.Select(name => $"`{name}`")]);

    // The module that has the tensor, then those around it, then all others.
    private static IEnumerable<MethodBase?> Forwards(nn.Module model, string name) => ModelTensors.Modules(model)
        .OrderByDescending(part => ReferenceEquals(part.Module, model) ? 0 : CoveringNames.IsUnder(name, part.Path) ? part.Path.Length : -1)
        .Select(part => (MethodBase?)MethodLines.ForwardOf(part.Module));

    private static bool IsInPlace(MethodBase callee) => callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && (callee.Name.EndsWith('_') || callee.Name is "set_Item" or "set_data");
}

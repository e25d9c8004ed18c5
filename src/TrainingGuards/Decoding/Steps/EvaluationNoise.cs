using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why two forward passes in evaluation mode differ, and where they first do.</summary>
internal static class EvaluationNoise
{
    private static readonly string[] Dropouts =
        ["dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", "feature_dropout", "scaled_dot_product_attention", "rrelu"];

    private static readonly string[] Draws =
        ["rand", "randn", "rand_like", "randn_like", "randint", "randint_like", "randperm", "bernoulli", "multinomial", "normal", "bernoulli_", "normal_", "uniform_", "random_"];

    /// <summary>Passes the batch through the model in the mode that it is in, twice as it is and twice from one seed.</summary>
    public static (Cause Cause, Place? Where) Of(Trial trial, Batch batch)
    {
        IReadOnlyList<TraceEvent> first = Trace(trial, batch), second = Trace(trial, batch);
        Culprit? culprit = first.Count == second.Count ? Culprit.In(trial.Model, first, i => Differ(first[i].Tensors, second[i].Tensors)) : null;
        Place? where = culprit?.Place([.. Dropouts, .. Draws]);
        if (Unregistered(trial.Model) is { } unregistered) return (unregistered, where);
        nn.Module module = culprit?.Module ?? trial.Model;
        string path = culprit?.Path ?? trial.Model.GetType().Name;
        if (ModuleKind.IsTorch(module) && module.training)
            return (new($"`{path}` is in training mode although eval() was called on the model", "let every override of train(bool) call base.train(on)"), where);

        string holds = module.modules().Any(ModuleKind.IsRandom)
            ? $"the Dropout modules of `{path}` are in evaluation mode"
            : $"`{path}` holds no Dropout module";
        MethodBase? forward = MethodLines.ForwardOf(module);
        string[] called = forward is null ? [] : [.. MethodCalls.Of(forward).Where(call => call.Callee.DeclaringType?.Assembly == typeof(Tensor).Assembly).Select(call => call.Callee.Name).Distinct()];
        if (called.FirstOrDefault(Dropouts.Contains) is { } dropout)
            return (new($"{holds}: functional.{dropout} without `training: training`", $"pass training: training to {dropout}, or use a module registered in a field", "TG2005"), where);
        if (called.FirstOrDefault(Draws.Contains) is { } draw)
            return (new($"{holds}: it calls {draw} in evaluation too", $"call {draw} only where training is true"), where);
        return FromOneSeedAreEqual(trial, batch)
            ? (new($"{holds}: it draws from torch's generator (from one seed two passes are equal)", "draw random numbers only where training is true", "TG2005"), where)
            : (new($"`{path}` gives other numbers at every call, and not by torch's generator (from one seed two passes differ too): System.Random, or something kept from call to call", "keep nothing between calls in evaluation, and draw random numbers only where training is true"), where);
    }

    /// <summary>Modules whose mode shows, in training mode although eval() was called, since torch does not know of them.</summary>
    public static Cause? Unregistered(nn.Module model)
    {
        string[] paths = [.. UnregisteredModules.In(model).Where(part => part.Module.training && ModuleKind.DependsOnMode(part.Module)).Select(part => $"`{part.Path}` ({part.Module.GetType().Name})")];
        return paths.Length == 0 ? null : new(
            $"{Words.List(paths)} {(paths.Length == 1 ? "is" : "are")} in training mode although eval() was called: not registered",
            "hold modules in fields of their own, ModuleList, ModuleDict or Sequential, and call RegisterComponents() after they are assigned", "TG3001");
    }

    private static IReadOnlyList<TraceEvent> Trace(Trial trial, Batch batch) => ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs));

    private static bool? Differ(Tensors first, Tensors second) =>
        first.Count == 0 && second.Count == 0 ? null : !TensorBits.AllSame(first, second);

    private static bool FromOneSeedAreEqual(Trial trial, Batch batch)
    {
        manual_seed(0);
        Tensors first = trial.Forward(batch.Inputs);
        manual_seed(0);
        return Differ(first, trial.Forward(batch.Inputs)) == false;
    }
}

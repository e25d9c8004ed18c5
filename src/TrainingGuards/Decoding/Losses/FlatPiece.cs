using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The last stretch of a forward pass that lets no gradient back: the loss depends on what leaves it, and not on what enters it.</summary>
internal sealed class FlatPiece
{
    private static readonly string[] Activations = ["relu", "relu_", "sigmoid", "sigmoid_", "hardtanh", "clamp", "clamp_"], Others = ["tanh", "tanh_", "round", "sign", "floor"];

    private readonly Trial _trial;
    private readonly IReadOnlyList<TraceEvent> _events;
    private readonly int _before;

    private FlatPiece(Trial trial, IReadOnlyList<TraceEvent> events, int before) => (_trial, _events, _before) = (trial, events, before);

    private TraceEvent Before => _events[_before];

    private TraceEvent After => _events[_before + 1];

    /// <summary>Finds it; null where a gradient reaches all that passes between modules, or none of it.</summary>
    public static FlatPiece? In(Trial trial, Batch batch)
    {
        Tensors? outputs = null;
        IReadOnlyList<TraceEvent> events = ModuleTrace.Live(trial.Model, () => outputs = trial.Forward(batch.Inputs));
        Tensor loss = trial.Loss(outputs!, batch.Targets);
        if (!loss.requires_grad) return null;
        Tensor[] passed = [.. events.SelectMany(at => at.Tensors).Where(tensor => tensor.requires_grad)];
        IReadOnlyList<Tensor?> gradients = trial.Gradients(loss, passed, ones_like(loss));
        int next = 0;
        bool?[] reached = new bool?[events.Count];
        for (int i = 0; i < events.Count; i++)
        {
            int count = events[i].Tensors.Count(tensor => tensor.requires_grad);
            if (count > 0) reached[i] = Enumerable.Range(next, count).Any(at => gradients[at] is { } gradient && !gradient.eq(0).all().ToBoolean());
            next += count;
        }
        int last = Array.FindLastIndex(reached, known => known == false);
        return last < 0 || last + 1 >= events.Count ? null : new(trial, events, last);
    }

    /// <summary>Why nothing passes back, and where.</summary>
    public (Cause Cause, Place? Where) Explain()
    {
        Cause? output = IsOutput ? OutputRange.Of(After.Tensors) : null;
        return output is { Rule: "TG3007" } ? (output, Place(Activations)) : (Inside(), Place([.. Activations, .. Others]));
    }

    private bool IsOutput => ReferenceEquals(After.Module, _trial.Model) && !After.Entered;

    private Place? Place(string[] suspects) => Culprit.In(_trial.Model, _events, i => i > _before)?.Place(suspects);

    private Cause Inside()
    {
        if (ReferenceEquals(Before.Module, After.Module) && Before.Entered && Weights(Before.Module) is { Length: > 0 } weights && weights.All(IsZero))
        {
            return new(
                $"all weights of `{Before.Path}` are 0, which passes none back, and what enters it keeps them there",
                $"initialise the weights of `{Before.Path}` at random", "TG3009");
        }
        double zeros = After.Tensors.Where(tensor => tensor.is_floating_point()).Select(ShareOfZeros).DefaultIfEmpty(0).Max();
        string between = $"between `{Before.Path}` and {(IsOutput ? "the output" : $"`{After.Path}`")}";
        if (ReferenceEquals(Before.Module, After.Module)) between = $"in `{Before.Path}`";
        return zeros > 0.99
            ? new($"{Numbers.Text(100 * zeros)} % of the numbers {between} are 0 behind the activation: its units are dead", "lower the learning rate or what holds them below 0, keep the default initialisation, or use LeakyReLU")
            : new($"nothing passes back {between}", "look there for clamp, round, sign, a mask or an activation far in its flat range");
    }

    private static Tensor[] Weights(nn.Module module) => [.. module.parameters(recurse: false).Where(parameter => parameter.dim() >= 2)];

    private static bool IsZero(Tensor tensor) => tensor.eq(0).all().ToBoolean();

    private static double ShareOfZeros(Tensor tensor) => tensor.detach().eq(0).to(ScalarType.Float64).mean().ToDouble();
}

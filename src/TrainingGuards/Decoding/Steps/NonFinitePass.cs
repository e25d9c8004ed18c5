using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The forward pass of a step that is not finite, made once more to see which module is the first to return what is not.</summary>
/// <remarks>−∞ among what a module takes is a mask and sound where it attends, takes a softmax or is the user's own; NaN and +∞ are not. Generator and buffers are as they were afterwards, bit for bit.</remarks>
internal static class NonFinitePass
{
    // Functions without a finite value somewhere, those without a finite derivative somewhere, and how a message calls them.
    private static readonly string[]
        Logarithms = ["log", "log2", "log10", "log1p", "log_", "xlogy"],
        Roots = ["sqrt", "rsqrt", "sqrt_", "rsqrt_"],
        Divisions = ["op_Division", "div", "divide", "true_divide", "div_", "reciprocal"],
        Powers = ["exp", "exp_", "exp2", "expm1", "pow", "pow_"],
        Maskable = ["oftmax", "Softmin", "Transformer", "Attention", "Sequential", "Identity", "ropout"],
        Steep = [.. Roots, "norm", "std", "pow", "acos", "asin", .. Logarithms];

    /// <summary>Whether all that is known of a step is finite.</summary>
    public static bool IsFinite(StepSample step) => double.IsFinite(step.Loss) && step.Parameters?.All(one => one.GradientIsFinite && one.WeightIsFinite) != false;

    /// <summary>What is said of a step that was read when it was over.</summary>
    public static NonFiniteOrigin TooLate(long steps) => new(null, null) { Note = $"its loss was read {Numbers.Text(steps)} steps later, as on a GPU it is where a step is not looked into: the module is not known" };

    /// <summary>The same as <see cref="Of"/>, and less where the user's code throws: the training that is watched goes on.</summary>
    public static NonFiniteOrigin Told(nn.Module model, Tensors? inputs, StepSample step, Func<Tensors, Tensors> forward, IReadOnlyList<ParameterSample> parameters)
    {
        try
        {
            return Of(model, inputs, step.Step, forward, parameters)(step.Loss);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new(null, null) { Note = $"the pass could not be made again: {failure.GetType().Name}" };
        }
    }

    /// <summary>Looks for it; what is returned tells it by the loss, which may be known only later.</summary>
    /// <param name="model">The model, with the weights of the step.</param>
    /// <param name="inputs">What it was given.</param>
    /// <param name="step">The step.</param>
    /// <param name="forward">Calls the model.</param>
    /// <param name="parameters">Its parameters in that step.</param>
    public static Func<double, NonFiniteOrigin> Of(nn.Module model, Tensors? inputs, long step, Func<Tensors, Tensors> forward, IReadOnlyList<ParameterSample> parameters)
    {
        string[] broken = [.. parameters.Where(one => !one.WeightIsFinite).Select(one => $"`{one.Name}`")];
        if (broken.Length > 0)
            return _ => new(null, new($"{Words.List(broken)} {(broken.Length == 1 ? "is" : "are")} not finite before the pass of step {Numbers.Text(step)}: an earlier update made {(broken.Length == 1 ? "it" : "them")} so", "lower the learning rate, and clip gradients by their norm", "TG8006"));
        if (inputs is null || inputs.Count == 0 || inputs.Any(input => input.IsInvalid))
            return _ => new(null, null) { Note = "what the model was given is disposed of by the time the monitor is called: call Step before that, and the module is named" };
        using var torch = new TorchState();
        using var buffers = new BufferCopy(model);
        using var scope = new PassScope(model);
        using var grad = no_grad();
        if (InInputs(inputs, step) is { } given) return _ => given;
        IReadOnlyList<TraceEvent> events = ModuleTrace.Copied(model, () => forward(inputs));
        double[][] counts = Counts(events);
        bool? IsBroken(int i) => events[i].Tensors.Count == 0 ? null : counts[i][0] + counts[i][1] + (events[i].Entered && !TakesMasks(events[i].Module) ? counts[i][2] : 0) > 0;
        bool? IsInfinite(int i) => events[i].Tensors.Count == 0 ? null : counts[i][0] + counts[i][1] + (events[i].Entered && TakesMasks(events[i].Module) ? 0 : counts[i][2]) > 0;
        int minus = Array.FindIndex(counts, count => count[2] > 0);
        Culprit? culprit = minus >= 0 && !events[minus].Entered ? Culprit.In(model, events, IsInfinite) : Culprit.In(model, events, IsBroken) ?? Culprit.In(model, events, IsInfinite);
        if (culprit is null)
        {
            NonFiniteOrigin gradient = InGradient(model, parameters), loss = InLoss(events);
            return value => double.IsFinite(value) ? gradient : loss;
        }
        NonFiniteOrigin found = InModule(culprit, events, counts);
        return _ => found;
    }

    // A module of the user's may be given a mask as well as those of torch that attend or take a softmax; any other makes NaN of −∞.
    private static bool TakesMasks(nn.Module module) => !ModuleKind.IsTorch(module)
        || Maskable.Any(name => module.GetType().Name.Contains(name, StringComparison.Ordinal));

    private static NonFiniteOrigin? InInputs(Tensors inputs, long step)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            Tensor input = inputs[i];
            if (!input.is_floating_point() || input.numel() == 0) continue;
            double[] examples = HostNumbers.Of(NotFinite(input).reshape(input.dim() == 0 ? 1 : input.shape[0], -1).to(ScalarType.Float32).sum(1));
            string[] which = [.. examples.Select((count, at) => (count, at)).Where(one => one.count > 0).Select(one => $"example {Numbers.Text(one.at)}")];
            if (which.Length > 0)
                return new(null, new($"{inputs.NameOf(i, "the input")} of step {Numbers.Text(step)} has NaN or ∞ in {Words.List(which)} of {Numbers.Text(examples.Length)}", "look at these examples and how they are prepared: a missing value, a standard deviation of 0, a filter that compares with NaN", "TG6008"), IsInput: true);
        }
        return null;
    }

    private static NonFiniteOrigin InModule(Culprit culprit, IReadOnlyList<TraceEvent> events, double[][] counts)
    {
        int left = Enumerable.Range(0, events.Count).Last(i => ReferenceEquals(events[i], culprit.FirstBroken));
        IReadOnlyList<string> calls = OwnCalls.Of(culprit.Module);
        string returns = $"`{culprit.Path}` ({culprit.Module.GetType().Name}) is given no NaN and makes {What(counts[left])}";
        bool entered = events.Where(at => at.Entered && ReferenceEquals(at.Module, culprit.Module)).SelectMany(at => at.Tensors).Any(HasMaskedRow);
        if (entered || (calls.Any(call => call.StartsWith("softmax", StringComparison.Ordinal)) && calls.Any(call => call.StartsWith("masked_fill", StringComparison.Ordinal) || call is "where" or "full" or "full_like")))
            return Found($"{returns}{(entered ? ", where a row of its mask is −∞ throughout" : "; it calls softmax after a mask")}: the softmax of nothing but −∞ is NaN", "leave each row one position that is not masked, or mask by a large negative number", null, ["softmax", "scaled_dot_product_attention"]);
        if (culprit.FirstBroken.Tensors.Any(tensor => tensor.dtype == ScalarType.Float16))
            return Found($"{returns} in float16, which ends at 65504; its inputs reach {Numbers.Text(Largest(culprit))}", "scale it down before, or compute it in float32 or bfloat16", null, []);
        foreach ((string[] names, string what, string remedy) in new[]
        {
            (Logarithms, "the logarithm of 0 is −∞, that of less is NaN", "take log_softmax or logsigmoid of logits in its place, or clamp what goes in from below"),
            (Roots, "the root of less than 0 is NaN, one over that of 0 is ∞", "add a small number before the root"),
            (Divisions, "what is divided by 0 is ∞ or NaN", "add a small number to the divisor, or leave out what is empty"),
            (Powers, "what is above 88 overflows in float32", "subtract the maximum before, or use softmax, softplus or logsumexp"),
        })
            if (calls.FirstOrDefault(names.Contains) is { } call) return Found($"{returns}; it calls {Written(call)}: {what}", remedy, "TG6009", names);
        return Found($"{returns}, from inputs of up to {Numbers.Text(Largest(culprit))}: it overflows", "lower the learning rate, and scale the inputs", "TG8006", []);

        NonFiniteOrigin Found(string evidence, string remedy, string? rule, string[] suspects) => new(OwnCalls.Place(culprit, suspects), new(evidence, remedy, rule));
    }

    private static NonFiniteOrigin InGradient(nn.Module model, IReadOnlyList<ParameterSample> parameters)
    {
        string[] gradients = [.. parameters.Where(one => !one.GradientIsFinite).Select(one => $"`{one.Name}`")];
        if (gradients.Length == 0) return new(null, null);
        string[] sound = [.. parameters.Where(one => one.GradientIsFinite && double.IsFinite(one.GradientRms)).Select(one => $"`{one.Name}`")];
        (Place? where, string? call) = SteepCall(model);
        return new(where, new($"the forward pass is finite and the gradient of {Words.List(gradients)} is not{(sound.Length == 0 ? "" : $", that of {Words.List(sound)} is")}{(call is null ? "" : $"; {Written(call)} has no finite derivative at 0")}", "add a small number before the root, norm or logarithm, and mask before it, not behind", "TG6009"));
    }

    private static NonFiniteOrigin InLoss(IReadOnlyList<TraceEvent> events)
    {
        Tensors output = events.Count == 0 ? new() : events[^1].Tensors;
        Tensor[] floats = [.. output.Where(tensor => tensor.is_floating_point() && tensor.numel() > 0).Select(tensor => tensor.to(ScalarType.Float32).flatten())];
        if (floats.Length == 0) return new(null, null);
        double[] range = HostNumbers.Of(stack([floats[0].min(), floats[0].max(), floats[0].eq(0).to(ScalarType.Float32).sum()]));
        string of = $"the model returns numbers from {Numbers.Text(range[0])} to {Numbers.Text(range[1])}, {Numbers.Text(range[2])} of {Numbers.Text(floats[0].numel())} exactly 0, and the loss of them is not finite";
        return new(null, range[0] >= 0 && range[1] <= 1 + 1e-6
            ? new($"{of}: a logarithm of probabilities", "let the model return logits, and take cross_entropy or binary_cross_entropy_with_logits of them", "TG6009")
            : new(of, "look at the logarithms, divisions and roots of the loss, and at its targets: a batch without any target that counts is divided by 0", "TG6009"));
    }

    private static (Place?, string?) SteepCall(nn.Module model)
    {
        foreach ((string path, nn.Module module) in ModelTensors.Modules(model))
        {
            if (MethodLines.ForwardOf(module) is not { } forward) continue;
            (int Offset, MethodBase Callee)[] calls = [.. MethodCalls.Of(forward).Where(call => call.Callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && Steep.Contains(call.Callee.Name))];
            if (calls.Length == 0) continue;
            return (new(path, MethodLines.Of(forward) is { } lines && lines.At(calls[0].Offset) is var line ? lines.Text(line, line) : null), calls[0].Callee.Name);
        }
        return (null, null);
    }

    private static double[][] Counts(IReadOnlyList<TraceEvent> events)
    {
        if (events.Count == 0) return [];
        Device device = events.SelectMany(at => at.Tensors).Select(tensor => tensor.device).FirstOrDefault() ?? CPU;
        double[] numbers = HostNumbers.Of(stack([.. events.Select(at => Count(at.Tensors, device))]));
        return [.. Enumerable.Range(0, events.Count).Select(i => numbers[(3 * i)..((3 * i) + 3)])];
    }

    // How many numbers are NaN, +∞ and −∞.
    private static Tensor Count(Tensors tensors, Device device)
    {
        Tensor counts = zeros(3, device: device);
        foreach (Tensor tensor in tensors.Where(tensor => tensor.is_floating_point() && tensor.numel() > 0))
        {
            Tensor values = tensor.to(ScalarType.Float32);
            counts = counts + stack([values.isnan().sum(), values.eq(float.PositiveInfinity).sum(), values.eq(float.NegativeInfinity).sum()]).to(ScalarType.Float32).to(device);
        }
        return counts;
    }

    private static Tensor NotFinite(Tensor tensor) => tensor.isnan().logical_or(tensor.to(ScalarType.Float32).eq(float.PositiveInfinity));

    private static bool HasMaskedRow(Tensor tensor) => tensor.is_floating_point() && tensor.dim() > 0 && tensor.numel() > 0
        && tensor.to(ScalarType.Float32).eq(float.NegativeInfinity).reshape(-1, tensor.shape[^1]).to(ScalarType.Float32).mean([1]).max().ToDouble() >= 1;

    private static double Largest(Culprit culprit)
    {
        Tensor[] floats = [.. (culprit.LastSound?.Tensors ?? new()).Where(tensor => tensor.is_floating_point() && tensor.numel() > 0)];
        return floats.Length == 0 ? double.NaN : floats.Max(tensor => tensor.to(ScalarType.Float32).abs().max().ToDouble());
    }

    private static string What(double[] counts) =>
        string.Join(" and ", new[] { (counts[0], "NaN"), (counts[1], "∞"), (counts[2], "−∞") }.Where(one => one.Item1 > 0).Select(one => $"{Numbers.Text(one.Item1)} × {one.Item2}"));

    private static string Written(string call) => call == "op_Division" ? "/" : call;

    /// <summary>The buffers of a model, running statistics for one; put back when disposed.</summary>
    private sealed class BufferCopy(nn.Module model) : IDisposable
    {
        private readonly (Tensor Live, Tensor Copy)[] _buffers = [.. model.buffers().Where(buffer => !buffer.IsInvalid).Select(buffer => (buffer, TensorBits.Copy(buffer)))];

        public void Dispose()
        {
            using var grad = no_grad();
            foreach ((Tensor live, Tensor copy) in _buffers)
            {
                live.copy_(copy);
                copy.Dispose();
            }
        }
    }
}

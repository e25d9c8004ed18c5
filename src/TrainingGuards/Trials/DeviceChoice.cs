using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Where a trial runs: the setup's word, else that of the environment, else a GPU where there is one.</summary>
internal static class DeviceChoice
{
    public const string Variable = "TRAINING_GUARDS_DEVICE";

    /// <exception cref="SetupException">The device that was asked for is unknown or not there.</exception>
    public static Device Of(Setup setup)
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        Device chosen = setup.Device ?? (string.IsNullOrWhiteSpace(named) ? device(cuda.is_available() ? "cuda" : "cpu") : Parse(named));
        if (chosen.type == TorchSharp.DeviceType.CUDA && !cuda.is_available())
        {
            throw new SetupException(
                given: $"device {chosen}" + (setup.Device is null ? $", asked for by {Variable}" : ""),
                expected: "a device that is there: torch.cuda.is_available() is false",
                remedy: "use cpu, or reference a CUDA build of TorchSharp on a machine with a GPU");
        }
        return chosen;
    }

    /// <summary>Moves a model that was built on the CPU; one that its factory placed elsewhere must already be where the trial runs.</summary>
    /// <exception cref="SetupException">
    /// Its tensors lie on several devices, or on another than <paramref name="device"/>; or a part of it is the user's and would have to be moved, which replaces its parameters.
    /// </exception>
    public static void Place(nn.Module model, Device device, SharedState shared)
    {
        (string Name, Tensor Tensor)[] state = [.. model.named_parameters().Select(part => (part.name, (Tensor)part.parameter)), .. model.named_buffers().Select(part => (part.name, part.buffer))];
        if (state.Length == 0) return;
        Device first = state[0].Tensor.device;
        foreach ((string name, Tensor tensor) in state)
        {
            if (Same(tensor.device, first)) continue;
            throw new SetupException(
                given: $"a {model.GetType().Name} on two devices: `{state[0].Name}` on {first} and `{name}` on {tensor.device}",
                expected: "all parameters and buffers on one device",
                remedy: "call .to(device) on the whole model in Model, or leave it on the CPU: the guards move it");
        }
        if (Same(first, device)) return;
        if (first.type != TorchSharp.DeviceType.CPU)
        {
            throw new SetupException(
                given: $"a {model.GetType().Name} on {first}, while the guards run on {device}",
                expected: "a model on the CPU, which the guards move, or on the device where they run",
                remedy: $"set Setup.Device (or {Variable}) to {first}, or build the model on the CPU");
        }
        if (shared.FirstIn(model) is { } own)
        {
            throw new SetupException(
                given: $"a {model.GetType().Name} whose `{own}` is the same tensor at each call of Model, on {first}, while the guards run on {device}",
                expected: "parts that are shared between builds on the device where the guards run: moving them would replace the parameters that you hold",
                remedy: $"move them to {device} once, before Model uses them, and build the rest there; or set Setup.Device to {first}");
        }
        model.to(device);
    }

    private static Device Parse(string name)
    {
        try
        {
            return device(name.Trim());
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException)
        {
            throw new SetupException($"The setup gives device '{name}', asked for by {Variable}.\n  Expected: cpu, cuda, or cuda:N.\n  Do:       set {Variable} to one of these, or unset it.", failure);
        }
    }

    // An index of −1 stands for the current device of its type, which is 0 unless the user changed it.
    private static bool Same(Device a, Device b) => a.type == b.type && Math.Max(a.index, 0) == Math.Max(b.index, 0);
}

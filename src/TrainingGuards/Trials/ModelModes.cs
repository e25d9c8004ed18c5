using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>The training flags of all modules of a model.</summary>
internal static class ModelModes
{
    public static (nn.Module Module, bool Training)[] Of(nn.Module model) =>
        [.. ModelTensors.Modules(model).Select(part => (part.Module, part.Module.training))];

    /// <summary>Sets each flag. <c>train(bool)</c> reaches everything below a module, so the outer ones go first.</summary>
    public static void Set(IEnumerable<(nn.Module Module, bool Training)> modes)
    {
        foreach ((nn.Module module, bool training) in modes)
            if (module.training != training) module.train(training);
    }
}

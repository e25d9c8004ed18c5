using System.Globalization;
using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Evaluation.Saboteurs;

/// <summary>How a program stores a training, and how one stores too little of it.</summary>
internal static class TrainingFiles
{
    /// <summary>A classifier whose rate falls at every third step.</summary>
    public static Setup Scheduled => SoundSetups.Classifier with { Scheduler = optimizer => optim.lr_scheduler.StepLR(optimizer, 3, 0.5), Evaluate = null };

    public static void Save(TrainingState state, string path)
    {
        SaveWithoutSchedule(state, path);
        File.WriteAllText(path + ".steps", state.Steps.ToString(CultureInfo.InvariantCulture));
    }

    public static void Load(TrainingState state, string path)
    {
        state.Model.load(path);
        LoadWithoutModel(state, path);
    }

    public static void SaveWithoutSchedule(TrainingState state, string path)
    {
        state.Model.save(path);
        for (int k = 0; k < state.Optimizers.Count; k++)
            if (state.Optimizers[k] is OptimizerHelper optimizer) Contiguous(optimizer).save_state_dict(Of(path, k));
    }

    public static void LoadWithoutSchedule(TrainingState state, string path)
    {
        state.Model.load(path);
        for (int k = 0; k < state.Optimizers.Count; k++)
            if (state.Optimizers[k] is OptimizerHelper optimizer) optimizer.load_state_dict(Of(path, k));
    }

    public static void LoadWithoutOptimizer(TrainingState state, string path)
    {
        state.Model.load(path);
        LoadSchedule(state, path);
    }

    public static void LoadWithoutModel(TrainingState state, string path)
    {
        LoadSchedule(state, path);
        for (int k = 0; k < state.Optimizers.Count; k++)
            if (state.Optimizers[k] is OptimizerHelper optimizer) optimizer.load_state_dict(Of(path, k));
    }

    /// <summary>The schedule after the optimizer, whose rate is then cut twice.</summary>
    public static void LoadScheduleLast(TrainingState state, string path)
    {
        LoadWithoutSchedule(state, path);
        LoadSchedule(state, path);
    }

    private static void LoadSchedule(TrainingState state, string path)
    {
        if (!File.Exists(path + ".steps")) return;
        int steps = int.Parse(File.ReadAllText(path + ".steps"), CultureInfo.InvariantCulture);
        foreach (optim.lr_scheduler.LRScheduler scheduler in state.Schedulers)
            for (int step = 0; step < steps; step++) scheduler.step();
    }

    // TorchSharp writes no tensor that is not contiguous.
    private static OptimizerHelper Contiguous(OptimizerHelper optimizer)
    {
        foreach (SGD.State state in optimizer.state_dict().State.OfType<SGD.State>())
            if (state.momentum_buffer is { } momentum && !momentum.is_contiguous()) state.momentum_buffer = momentum.contiguous().DetachFromDisposeScope();
        return optimizer;
    }

    private static string Of(string path, int optimizer) => string.Create(CultureInfo.InvariantCulture, $"{path}.optimizer{optimizer}");
}

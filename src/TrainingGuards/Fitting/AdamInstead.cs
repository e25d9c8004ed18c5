using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>The same setup with Adam at a rate that trains most networks, to tell a fault of the optimizer from one of the model.</summary>
internal static class AdamInstead
{
    private const double Rate = 1e-3;

    /// <summary>What it is called in messages.</summary>
    public static string Name => $"Adam at {Numbers.Text(Rate)}";

    public static Setup Of(Setup setup) => setup with
    {
        Optimizer = null,
        Optimizers = null,
        Scheduler = setup.Step is null ? null : setup.Scheduler,
        OptimizerFor = model => optim.Adam(model.parameters().Where(parameter => parameter.requires_grad), lr: Rate),
    };

    /// <summary>Whether the setup can be trained so: a step of the user's own may ask for each of several optimizers.</summary>
    public static bool Fits(Setup setup) => setup.Step is null || setup.Optimizers is null;
}

using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>How a trial begins: the process's state copied, the model built and placed, what is the user's copied. Undone where any of it throws.</summary>
internal sealed record Opening(TorchState Torch, Device Device, nn.Module Model, SharedState Shared, IDisposable SharedCopy)
{
    // Whether two builds share anything is asked once a factory, not once a trial.
    private static readonly ConditionalWeakTable<Func<nn.Module>, SharedState> Compared = [];

    public static Opening Of(Setup setup)
    {
        SetupValidation.CheckDelegates(setup);
        Device device = DeviceChoice.Of(setup);
        var torch = new TorchState();
        try
        {
            _ = set_grad_enabled(true);
            if (!Compared.TryGetValue(setup.Model!, out SharedState? shared))
            {
                nn.Module first = SetupValidation.BuildModel(setup), second = SetupValidation.BuildModel(setup);
                shared = SharedState.Between(first, second);
                shared.DisposeOwn(first);
                shared.DisposeOwn(second);
                Compared.AddOrUpdate(setup.Model!, shared);
            }
            manual_seed(setup.Seed);
            nn.Module model = SetupValidation.BuildModel(setup);
            IDisposable copy = shared.Copy(model);
            try
            {
                DeviceChoice.Place(model, device, shared);
                model.train();
                return new(torch, device, model, shared, copy);
            }
            catch
            {
                copy.Dispose();
                throw;
            }
        }
        catch
        {
            torch.Dispose();
            throw;
        }
    }
}

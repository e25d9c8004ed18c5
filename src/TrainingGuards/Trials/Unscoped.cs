using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Calls a delegate of the user's as if no dispose scope were open: what it keeps for the next call, data read on demand for one, must outlive the scope of a pass.</summary>
internal static class Unscoped
{
    public static T Call<T>(Func<T> build)
    {
        using DisposeScope scope = NewDisposeScope();
        try
        {
            return build();
        }
        finally
        {
            scope.Detach(scope.DisposablesView.ToList());
        }
    }
}

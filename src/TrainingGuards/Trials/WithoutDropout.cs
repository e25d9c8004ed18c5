using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Dropout of probability 0 until disposed, whatever mode the user's own step puts the model in.</summary>
internal sealed class WithoutDropout : IDisposable
{
    private readonly List<(Action<double> Set, double Before)> _probabilities = [];

    public WithoutDropout(nn.Module model)
    {
        foreach (nn.Module module in model.modules())
        {
            switch (module)
            {
                case Dropout one: Off(one.p, p => one.p = p); break;
                case Dropout1d one: Off(one.p, p => one.p = p); break;
                case Dropout2d one: Off(one.p, p => one.p = p); break;
                case Dropout3d one: Off(one.p, p => one.p = p); break;
                case AlphaDropout one: Off(one.p, p => one.p = p); break;
                case FeatureAlphaDropout one: Off(one.p, p => one.p = p); break;
            }
        }
    }

    public void Dispose()
    {
        foreach ((Action<double> set, double before) in _probabilities) set(before);
    }

    private void Off(double probability, Action<double> set)
    {
        _probabilities.Add((set, probability));
        set(0);
    }
}

using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which units each registered dropout drops in a step, and how many of them are others than in the step before.</summary>
internal sealed class DropoutMasks : IDisposable
{
    // Two masks of n units are equal by chance with a probability of (p² + (1 − p)²)ⁿ: below that of a z of 6 it is no chance.
    private const double Chance = 1e-9;

    private readonly List<Reading> _readings = [];
    private Dictionary<string, (Tensor Some, Tensor Kept)> _last = [];

    public IReadOnlyList<Reading> Readings => _readings;

    /// <summary>Makes a step, the steps being counted from 1.</summary>
    public T Watch<T>(nn.Module model, int step, Func<T> make)
    {
        var masks = new Dictionary<string, (Tensor Some, Tensor Kept)>(StringComparer.Ordinal);
        var given = new Stack<Tensor?>();
        void Entered(string path, nn.Module module, Tensors inputs) => given.Push(Rate(module) is > 0 and < 1 && module.training && inputs.Count == 1 ? NotZero(inputs[0]) : null);
        void Left(string path, nn.Module module, Tensors outputs)
        {
            if (!given.TryPop(out Tensor? some) || some is null) return;
            Tensor kept = NotZero(outputs[0]);
            int call = 1;
            string key = path;
            while (masks.ContainsKey(key)) key = $"{path}, call {Numbers.Text(++call)},";
            masks[key] = (some, kept);
            if (_last.TryGetValue(key, out (Tensor Some, Tensor Kept) before)) Compare(key, module, before, (some, kept), step);
        }

        try
        {
            using (new ModuleHooks(model, Entered, Left)) return make();
        }
        finally
        {
            Dispose();
            _last = masks;
        }
    }

    public void Dispose()
    {
        foreach ((Tensor some, Tensor kept) in _last.Values)
        {
            some.Dispose();
            kept.Dispose();
        }
        _last = [];
    }

    private void Compare(string key, nn.Module module, (Tensor Some, Tensor Kept) before, (Tensor Some, Tensor Kept) now, int step)
    {
        if (!before.Some.shape.AsSpan().SequenceEqual(now.Some.shape)) return;
        using var scope = NewDisposeScope();
        Tensor both = before.Some.logical_and(now.Some);
        double count = both.sum().ToDouble();
        // Where whole channels are dropped together, a channel is one draw.
        double p = Rate(module), draws = module is Dropout || now.Some.dim() < 3 ? count : Math.Min(count, now.Some.shape[0] * now.Some.shape[1]);
        if (draws * -Math.Log((p * p) + ((1 - p) * (1 - p))) < -Math.Log(Chance)) return;
        double changed = before.Kept.ne(now.Kept).logical_and(both).sum().ToDouble();
        _readings.Add(new(changed / count, $"in {key} from step {Numbers.Text(step - 1)} to step {Numbers.Text(step)}"));
    }

    private static double Rate(nn.Module module) => module switch
    {
        Dropout drop => drop.p,
        Dropout1d drop => drop.p,
        Dropout2d drop => drop.p,
        Dropout3d drop => drop.p,
        _ => 0,
    };

    private static Tensor NotZero(Tensor tensor)
    {
        using Tensor values = tensor.detach();
        return values.ne(0).DetachFromDisposeScope();
    }
}

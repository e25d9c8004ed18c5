using TorchSharp.Modules;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The user's own training step on a build of its own, which can be gone back on, and the gradients that its optimizers begin with.</summary>
internal sealed class WatchedSteps : IDisposable
{
    private readonly Trial _parent;
    private readonly List<Batch> _drawn = [];
    private readonly List<(Tensor Live, Tensor Copy)> _state = [];
    private readonly HashSet<Parameter> _seen = new(ReferenceEqualityComparer.Instance);
    private (string Name, Parameter Parameter)[] _parameters = [];
    private Tensor? _generator;
    private List<Gradient> _used = [];
    private int _position;
    private int _marked;

    /// <summary>A build beside a trial; both are trained on the same batches.</summary>
    public WatchedSteps(Trial parent)
    {
        _parent = parent;
        Trial = parent.Again(setup => setup with { Batch = Replay, Optimizer = null, OptimizerFor = null, Optimizers = Watched });
    }

    /// <summary>The build.</summary>
    public Trial Trial { get; }

    /// <summary>The batches of the last step, in order.</summary>
    public IReadOnlyList<Batch> Batches { get; private set; } = [];

    /// <summary>The parameters that training is to change, by their paths.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters => _parameters.Length > 0 ? _parameters : _parameters =
        [.. Trial.Parameters.Where(part => part.Parameter.requires_grad).DistinctBy(part => part.Parameter, ReferenceEqualityComparer.Instance)];

    /// <summary>The parameters whose optimizers were stepped in the last step, with a gradient or without.</summary>
    public IReadOnlyCollection<Parameter> Updated => _seen;

    /// <summary>Makes one step, and returns the gradients with which each optimizer began its first update in it: the caller disposes of them.</summary>
    public IReadOnlyList<Gradient> Step()
    {
        int from = _position;
        _ = Trial.Optimizers;
        _seen.Clear();
        _used = [];
        Batch batch = Trial.NextBatch();
        Trial.Step(batch);
        Batches = [.. _drawn[from.._position]];
        return _used;
    }

    /// <summary>Passes over some batches.</summary>
    public void Skip(int batches)
    {
        for (int i = 0; i < batches; i++) Replay();
    }

    /// <summary>Remembers weights, buffers, generator and the place among the batches.</summary>
    public void Mark()
    {
        _ = Trial.Optimizers;
        _state.AddRange(ModelTensors.State(Trial.Model).Select(tensor => (tensor, TensorBits.Copy(tensor))));
        _generator = get_rng_state().DetachFromDisposeScope();
        _marked = _position;
    }

    /// <summary>Goes back to the mark; what the optimizers remember stays.</summary>
    public void Rewind()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach ((Tensor live, Tensor copy) in _state) live.detach().copy_(copy);
        set_rng_state(_generator!);
        _position = _marked;
    }

    public void Dispose()
    {
        foreach ((_, Tensor copy) in _state) copy.Dispose();
        _generator?.Dispose();
        Trial.Dispose();
    }

    private IReadOnlyList<optim.Optimizer> Watched(nn.Module model) =>
        [.. SetupValidation.BuildOptimizers(_parent.Setup, model).Select(own => WatchedOptimizer.Of(own, See))];

    private Batch Replay()
    {
        if (_position == _drawn.Count) _drawn.Add(_parent.NextBatch());
        return _drawn[_position++];
    }

    private void See(optim.Optimizer optimizer)
    {
        foreach ((Parameter parameter, _) in OptimizedParameters.Of([optimizer], [.. Parameters.Select(part => part.Parameter)]))
        {
            if (!_seen.Add(parameter) || parameter.grad is not { IsInvalid: false } gradient) continue;
            string? name = Parameters.Where(part => ReferenceEquals(part.Parameter, parameter)).Select(part => part.Name).FirstOrDefault();
            if (name is not null) _used.Add(new(name, parameter, TensorBits.Copy(gradient.is_sparse ? zeros(gradient.shape, device: gradient.device).add(gradient) : gradient)));
        }
    }
}

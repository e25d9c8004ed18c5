using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>
/// What two builds of a model have in common belongs to the user, a pretrained encoder for one: a trial copies it first and puts it back
/// bit for bit, and disposes of the rest.
/// </summary>
internal sealed class SharedState
{
    private readonly HashSet<object> _shared;

    private SharedState(HashSet<object> shared) => _shared = shared;

    /// <summary>Compares two builds of one setup.</summary>
    /// <exception cref="SetupException">They are the same instance.</exception>
    public static SharedState Between(nn.Module first, nn.Module second)
    {
        if (ReferenceEquals(first, second))
        {
            throw new SetupException(
                given: $"the same instance of {first.GetType().Name} each time Model is called",
                expected: "a new model at each call",
                remedy: "construct it inside the delegate: Model = () => new " + first.GetType().Name + "(…)");
        }
        var shared = new HashSet<object>(ReferenceEqualityComparer.Instance);
        shared.UnionWith(Parts(first));
        shared.IntersectWith(Parts(second));
        return new(shared);
    }

    /// <summary>A model that is the user's as it is.</summary>
    public static SharedState All(nn.Module model) => new(new(Parts(model), ReferenceEqualityComparer.Instance));

    /// <summary>Copies what is shared; disposing of the copy puts it back.</summary>
    public IDisposable Copy(nn.Module model) => new Restorer(
        [.. ModelTensors.State(model).Where(_shared.Contains).Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>()],
        [.. ModelTensors.Modules(model).Select(part => part.Module).Where(_shared.Contains)]);

    /// <summary>The path of a tensor that the user shares with the model; null where there is none.</summary>
    public string? FirstIn(nn.Module model) => model.named_parameters().Select(part => (part.name, Tensor: (Tensor)part.parameter))
        .Concat(model.named_buffers().Select(part => (part.name, Tensor: part.buffer)))
        .Where(part => _shared.Contains(part.Tensor)).Select(part => part.name).FirstOrDefault();

    /// <summary>Whether a module, or anything in it, is the user's.</summary>
    public bool IsIn(nn.Module module) => Parts(module).Any(_shared.Contains);

    /// <summary>Disposes of the tensors that this build alone has.</summary>
    public void DisposeOwn(nn.Module model)
    {
        foreach (Tensor tensor in ModelTensors.State(model).ToList())
            if (!_shared.Contains(tensor) && !tensor.IsInvalid) tensor.Dispose();
    }

    private static IEnumerable<object> Parts(nn.Module model) => ModelTensors.State(model).Concat<object>(ModelTensors.Modules(model).Select(part => part.Module));

    private sealed class Restorer : IDisposable
    {
        private readonly List<(Tensor Tensor, Tensor Copy, Tensor? Gradient, bool RequiresGrad)> _tensors = [];
        private readonly List<(nn.Module Module, bool Training)> _modes = [];

        public Restorer(IReadOnlyList<Tensor> tensors, IReadOnlyList<nn.Module> modules)
        {
            using var scope = NewDisposeScope();
            foreach (Tensor tensor in tensors)
            {
                Tensor? gradient = tensor is Parameter ? tensor.grad?.clone().DetachFromDisposeScope() : null;
                _tensors.Add((tensor, tensor.detach().clone().DetachFromDisposeScope(), gradient, tensor.requires_grad));
            }
            _modes.AddRange(modules.Select(module => (module, module.training)));
        }

        public void Dispose()
        {
            using (NewDisposeScope())
            using (no_grad())
            {
                foreach ((Tensor tensor, Tensor copy, Tensor? gradient, bool requiresGrad) in _tensors)
                {
                    tensor.detach().copy_(copy);
                    copy.Dispose();
                    if (tensor is Parameter) tensor.grad = gradient;
                    if (tensor.requires_grad != requiresGrad) tensor.requires_grad = requiresGrad;
                }
            }
            // A module's mode is set one by one, from the outside in: train(bool) reaches everything below it.
            foreach ((nn.Module module, bool training) in _modes) module.train(training);
        }
    }
}

using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What of a model torch knows of, and what only its fields lead to.</summary>
internal sealed class Registration
{
    private readonly HashSet<object> _known = new(ReferenceEqualityComparer.Instance);

    public Registration(nn.Module model)
    {
        Parameters = [.. model.named_parameters().Select(part => part.name)];
        _known.UnionWith(model.parameters());
        _known.UnionWith(ModelTensors.Modules(model).Select(part => part.Module));
        var buffers = new HashSet<object>(model.buffers(), ReferenceEqualityComparer.Instance);
        var fields = new List<(HeldComponent Held, string[] Members)>();
        var onPurpose = new List<string>();
        foreach (HeldComponent held in HeldComponents.In(model))
        {
            if (!_known.Add(held.Value)) continue;
            string[] members = [.. held.Value is nn.Module module ? MembersOf(module, held.Path, buffers) : MembersOf((Tensor)held.Value, held.Path, buffers)];
            if (members.Length > 0) fields.Add((held, members));
            else if (held.Value is Parameter || (held.Value is nn.Module part && part.parameters().Any())) onPurpose.Add(held.Path);
        }
        Fields = [.. fields.GroupBy(one => one.Held.FieldPath).Select(field => new UnregisteredField([.. field.Select(one => one.Held)], [.. field.SelectMany(one => one.Members)]))];
        OnPurpose = onPurpose;
    }

    /// <summary>The registered parameters.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>What is not registered and should be, by the field that leads to it.</summary>
    public IReadOnlyList<UnregisteredField> Fields { get; }

    /// <summary>What is not registered, frozen, and in evaluation mode where that shows.</summary>
    public IReadOnlyList<string> OnPurpose { get; }

    private IEnumerable<string> MembersOf(nn.Module top, string path, HashSet<object> buffers)
    {
        string Named(string inner) => $"{path}.{inner}";
        foreach ((string name, Parameter parameter) in top.named_parameters())
            if (_known.Add(parameter) && parameter.requires_grad) yield return Named(name);
        foreach ((string inner, nn.Module module) in ModelTensors.Modules(top))
        {
            if (!ReferenceEquals(module, top) && !_known.Add(module)) continue;
            if (module.training && ModuleKind.DependsOnMode(module)) yield return ReferenceEquals(module, top) ? path : Named(inner);
        }
        if (!top.training) yield break;
        foreach ((string name, Tensor buffer) in top.named_buffers())
            if (buffers.Add(buffer)) yield return Named(name);
    }

    // A result of the last call, kept in a field, is no leaf; nor is a buffer that was moved to a GPU.
    private static IEnumerable<string> MembersOf(Tensor tensor, string path, HashSet<object> buffers) =>
        !tensor.IsInvalid && tensor.requires_grad && (tensor.is_leaf || buffers.Contains(tensor)) ? [path] : [];
}

using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What the user's modules keep in fields and torch does not save: tensors that are not registered, and numbers.</summary>
internal static class PlainFields
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Each tensor that fields lead to and that no name of the state leads to, by its path.</summary>
    public static IEnumerable<HeldComponent> Tensors(nn.Module model)
    {
        var registered = new HashSet<object>(ModelTensors.State(model), ReferenceEqualityComparer.Instance);
        return HeldComponents.In(model).Where(held => held.Value is Tensor { IsInvalid: false } && registered.Add(held.Value));
    }

    /// <summary>Each field of a number or truth value, by its path, with the module that has it.</summary>
    public static IEnumerable<(string Path, string OwnerPath, nn.Module Owner, FieldInfo Field, object Value)> Numbers(nn.Module model)
    {
        foreach ((string path, nn.Module module) in ModelTensors.Modules(model))
        {
            for (Type? type = module.GetType(); type is not null && type.Assembly != typeof(Tensor).Assembly; type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(Declared))
                {
                    if (!field.FieldType.IsPrimitive || field.GetValue(module) is not { } value) continue;
                    string name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
                    yield return (ReferenceEquals(module, model) ? name : $"{path}.{name}", path, module, field, value);
                }
            }
        }
    }
}

using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>What tensors and modules a model consists of.</summary>
internal static class ModelTensors
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> TensorFields = new();

    /// <summary>The model itself and all modules registered below it, each once, with its path; the model's own is its type's name.</summary>
    public static IEnumerable<(string Path, nn.Module Module)> Modules(nn.Module model)
    {
        var seen = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        foreach ((string path, nn.Module module) in model.named_modules().Prepend((model.GetType().Name, model)))
            if (seen.Add(module)) yield return (path, module);
    }

    /// <summary>All parameters and buffers.</summary>
    public static IEnumerable<Tensor> State(nn.Module model) => model.parameters().Concat(model.buffers());

    /// <summary>
    /// Takes the tensors that modules keep in fields (a cached mask, a hidden state) out of the current dispose scope, so that a model which keeps
    /// something from one call to the next still finds it there.
    /// </summary>
    public static void Keep(nn.Module model)
    {
        foreach (Tensor tensor in Kept(model)) tensor.DetachFromDisposeScope();
    }

    /// <summary>The tensors that modules keep in fields.</summary>
    public static IEnumerable<Tensor> Kept(nn.Module model) => Modules(model)
        .SelectMany(part => TensorFields.GetOrAdd(part.Module.GetType(), FieldsOf).SelectMany(field => In(field.GetValue(part.Module))))
        .Where(tensor => !tensor.IsInvalid);

    private static FieldInfo[] FieldsOf(Type type)
    {
        var fields = new List<FieldInfo>();
        for (Type? t = type; t is not null && t.Assembly != typeof(Tensor).Assembly; t = t.BaseType)
        {
            fields.AddRange(t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(field => CanHoldTensors(field.FieldType)));
        }
        return [.. fields];
    }

    private static bool CanHoldTensors(Type type) =>
        typeof(Tensor).IsAssignableFrom(type) || typeof(IEnumerable<Tensor>).IsAssignableFrom(type) || typeof(IDictionary).IsAssignableFrom(type)
        || typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type);

    private static IEnumerable<Tensor> In(object? value) => value switch
    {
        Tensor tensor => [tensor],
        IEnumerable<Tensor> tensors => tensors,
        IDictionary dictionary => dictionary.Values.OfType<Tensor>(),
        System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).OfType<Tensor>(),
        _ => [],
    };
}

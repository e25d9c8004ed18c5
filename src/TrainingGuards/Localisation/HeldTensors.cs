using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>How many tensors the user's fields and captured variables hold, by their names.</summary>
internal static class HeldTensors
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const int Deepest = 4;

    /// <summary>Of each field of the model's own modules, of each variable that a delegate of the setup captures, and of each static field of their types.</summary>
    /// <returns>The count by name, with the method to look into: the module's forward, or the delegate.</returns>
    public static IReadOnlyDictionary<string, (int Count, MethodBase? User)> Of(Setup setup, nn.Module model)
    {
        var counts = new Dictionary<string, (int, MethodBase?)>(StringComparer.Ordinal);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach ((string path, nn.Module module) in ModelTensors.Modules(model))
        {
            string prefix = ReferenceEquals(module, model) ? "" : path + ".";
            foreach (FieldInfo field in FieldsOf(module.GetType(), BindingFlags.Instance | BindingFlags.Static))
                if (!typeof(nn.Module).IsAssignableFrom(field.FieldType)) counts[field.IsStatic ? $"{field.DeclaringType!.Name}.{NameOf(field)}" : prefix + NameOf(field)] = (Count(Value(field, module), 0), MethodLines.ForwardOf(module));
        }
        foreach (Delegate own in new Delegate?[] { setup.Step, setup.Loss, setup.JointLoss, setup.LossTerms, setup.Penalty, setup.Forward }.OfType<Delegate>())
        {
            Captured(own.Target, own.Method, 0);
            for (Type? type = own.Method.DeclaringType; type is not null; type = type.DeclaringType)
                foreach (FieldInfo field in FieldsOf(type, BindingFlags.Static)) counts.TryAdd($"{type.Name}.{NameOf(field)}", (Count(Value(field, null), 0), own.Method));
        }
        return counts;

        // Variables of outer blocks are held by a closure of their own.
        void Captured(object? closure, MethodBase user, int depth)
        {
            if (closure is null || depth > Deepest || !seen.Add(closure)) return;
            foreach (FieldInfo field in FieldsOf(closure.GetType(), BindingFlags.Instance))
            {
                object? value = Value(field, closure);
                if (value is not null && value.GetType().IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)) Captured(value, user, depth + 1);
                else counts.TryAdd(NameOf(field), (Count(value, 0), user));
            }
        }
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type type, BindingFlags of)
    {
        for (Type? t = type; t is not null && t.Assembly != typeof(Tensor).Assembly && t.Assembly != typeof(object).Assembly; t = t.BaseType)
            foreach (FieldInfo field in t.GetFields(Declared | of))
                if (!field.IsLiteral && !(field.IsStatic && t.ContainsGenericParameters) && !field.FieldType.IsPrimitive && !typeof(Delegate).IsAssignableFrom(field.FieldType)) yield return field;
    }

    private static object? Value(FieldInfo field, object? owner) => field.GetValue(field.IsStatic ? null : owner);

    // Only collections that are there already: what is enumerated lazily might build something.
    private static int Count(object? value, int depth) => value switch
    {
        null or string => 0,
        Tensor => 1,
        _ when depth > Deepest => 0,
        IDictionary named => named.Values.Cast<object?>().Sum(item => Count(item, depth + 1)),
        ITuple tuple => Enumerable.Range(0, tuple.Length).Sum(i => Count(tuple[i], depth + 1)),
        ICollection items => items.Cast<object?>().Sum(item => Count(item, depth + 1)),
        IReadOnlyCollection<Tensor> tensors => tensors.Count,
        _ => 0,
    };

    // An automatic property keeps its value in <Name>k__BackingField.
    private static string NameOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
}

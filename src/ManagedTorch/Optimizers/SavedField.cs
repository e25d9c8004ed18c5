using System.Collections.Concurrent;
using System.Reflection;

namespace TorchSharp.Modules;

/// <summary>
/// A field of an optimizer's options or state. What an optimizer declares is what is saved, loaded and copied, in the order of declaration;
/// what a subclass elsewhere adds is left to its own overrides.
/// </summary>
internal sealed class SavedField
{
    private static readonly ConcurrentDictionary<Type, SavedField[]> OfType = new();

    private readonly FieldInfo field;

    private SavedField(FieldInfo field)
    {
        this.field = field;
        IsTensor = field.FieldType == typeof(torch.Tensor);
        IsOptional = IsTensor && new NullabilityInfoContext().Create(field).ReadState == NullabilityState.Nullable;
    }

    public bool IsTensor { get; }

    /// <summary>A tensor that may be missing: the file says whether it is there.</summary>
    public bool IsOptional { get; }

    public static SavedField[] Of(object owner) => OfType.GetOrAdd(owner.GetType(), static type =>
    [
        .. from field in type.GetFields(BindingFlags.Instance | BindingFlags.Public)
           where field.DeclaringType!.Assembly == typeof(SavedField).Assembly
           orderby field.MetadataToken
           select new SavedField(field),
    ]);

    public object? Get(object owner) => field.GetValue(owner);

    public void Set(object owner, object? value) => field.SetValue(owner, value);

    public void Write(object owner, BinaryWriter writer)
    {
        switch (Get(owner))
        {
            case double number: writer.Write(number); break;
            case long count: writer.Write(count); break;
            case bool flag: writer.Write(flag); break;
            case var missing: throw new InvalidOperationException($"{field.DeclaringType!.FullName}.{field.Name} is {missing ?? "null"}, which cannot be saved.");
        }
    }

    public void Read(object owner, BinaryReader reader)
    {
        Type type = Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType;
        Set(owner, type == typeof(double) ? reader.ReadDouble() : type == typeof(long) ? reader.ReadInt64() : reader.ReadBoolean());
    }
}

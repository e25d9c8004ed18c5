using System.Reflection;
using System.Reflection.Emit;

namespace TrainingGuards.Localisation;

/// <summary>The instructions of a method, and what their tokens name.</summary>
internal static class MethodInstructions
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>In order; none where the method has no body.</summary>
    public static IEnumerable<Instruction> Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        for (int at = 0; at < code.Length;)
        {
            int offset = at;
            int value = code[at++];
            if (value == 0xFE) value = (value << 8) | code[at++];
            OpCode instruction = Codes[value];
            int size = instruction.OperandType == OperandType.InlineSwitch ? 4 + (4 * BitConverter.ToInt32(code, at)) : Size(instruction.OperandType);
            yield return new(offset, instruction, code, at, at + size);
            at += size;
        }
    }

    /// <summary>The method that an instruction names; null where it cannot be found.</summary>
    public static MethodBase? Method(MethodBase within, Instruction instruction) => Resolve(() =>
        within.Module.ResolveMethod(instruction.Token, within.DeclaringType?.GetGenericArguments(), within.IsGenericMethod ? within.GetGenericArguments() : null));

    /// <summary>The field that an instruction names; null where it cannot be found.</summary>
    public static FieldInfo? Field(MethodBase within, Instruction instruction) => Resolve(() =>
        within.Module.ResolveField(instruction.Token, within.DeclaringType?.GetGenericArguments(), within.IsGenericMethod ? within.GetGenericArguments() : null));

    /// <summary>Whether two are the same field, of whatever type arguments.</summary>
    public static bool Same(FieldInfo a, FieldInfo b) => a.MetadataToken == b.MetadataToken && a.Module == b.Module;

    private static T? Resolve<T>(Func<T?> find) where T : class
    {
        try
        {
            return find();
        }
        catch (Exception failure) when (failure is ArgumentException or TypeLoadException or FileNotFoundException or FileLoadException)
        {
            return null;
        }
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}

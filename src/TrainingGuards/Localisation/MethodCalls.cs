using System.Reflection;
using System.Reflection.Emit;

namespace TrainingGuards.Localisation;

/// <summary>The calls that a method makes, in order, read from its instructions.</summary>
internal static class MethodCalls
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>Each call with the offset of its instruction; none where the method has no body.</summary>
    public static IEnumerable<(int Offset, MethodBase Callee)> Of(MethodBase method)
    {
        Type[]? typeArguments = method.DeclaringType?.GetGenericArguments(), methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach ((int offset, OpCode instruction, int operand) in Instructions(method))
        {
            if (instruction.OperandType == OperandType.InlineMethod && Resolve(method.Module, operand, typeArguments, methodArguments) is { } callee) yield return (offset, callee);
        }
    }

    /// <summary>The offset of each instruction that stores into a field.</summary>
    public static IEnumerable<int> Stores(MethodBase method, FieldInfo field) => Instructions(method)
        .Where(at => at.Instruction == OpCodes.Stfld && IsField(method, at.Operand, field))
        .Select(at => at.Offset);

    private static IEnumerable<(int Offset, OpCode Instruction, int Operand)> Instructions(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        for (int at = 0; at < code.Length;)
        {
            int offset = at;
            int value = code[at++];
            if (value == 0xFE) value = (value << 8) | code[at++];
            OpCode instruction = Codes[value];
            int size = instruction.OperandType == OperandType.InlineSwitch ? 4 + (4 * BitConverter.ToInt32(code, at)) : Size(instruction.OperandType);
            yield return (offset, instruction, size >= 4 ? BitConverter.ToInt32(code, at) : 0);
            at += size;
        }
    }

    private static bool IsField(MethodBase method, int token, FieldInfo field)
    {
        try
        {
            return method.Module.ResolveField(token, method.DeclaringType?.GetGenericArguments(), null) is { } stored
                && stored.MetadataToken == field.MetadataToken && stored.Module == field.Module;
        }
        catch (Exception failure) when (failure is ArgumentException or TypeLoadException or FileNotFoundException or FileLoadException)
        {
            return false;
        }
    }

    private static MethodBase? Resolve(Module module, int token, Type[]? typeArguments, Type[]? methodArguments)
    {
        try
        {
            return module.ResolveMethod(token, typeArguments, methodArguments);
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

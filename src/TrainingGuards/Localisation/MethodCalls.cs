using System.Reflection;
using System.Reflection.Emit;

namespace TrainingGuards.Localisation;

/// <summary>The calls that a method makes, in order, read from its instructions.</summary>
internal static class MethodCalls
{
    /// <summary>Each call with the offset of its instruction; none where the method has no body.</summary>
    public static IEnumerable<(int Offset, MethodBase Callee)> Of(MethodBase method)
    {
        foreach (Instruction instruction in MethodInstructions.Of(method))
        {
            if (instruction.Code.OperandType == OperandType.InlineMethod && MethodInstructions.Method(method, instruction) is { } callee) yield return (instruction.Offset, callee);
        }
    }

    /// <summary>The offset of each instruction that stores into a field.</summary>
    public static IEnumerable<int> Stores(MethodBase method, FieldInfo field) => MethodInstructions.Of(method)
        .Where(at => at.Code == OpCodes.Stfld && MethodInstructions.Field(method, at) is { } stored && MethodInstructions.Same(stored, field))
        .Select(at => at.Offset);
}

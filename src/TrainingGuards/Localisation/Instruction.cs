using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace TrainingGuards.Localisation;

/// <summary>One instruction of a method's body.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Code">What it does.</param>
/// <param name="Body">The bytes of the method.</param>
/// <param name="At">Where its operand begins.</param>
/// <param name="Next">Where the next instruction begins.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Instruction(int Offset, OpCode Code, byte[] Body, int At, int Next)
{
    /// <summary>The token of a method or field.</summary>
    public int Token => BitConverter.ToInt32(Body, At);

    /// <summary>The number of a local or argument; −1 where the instruction names none.</summary>
    public int Index => Code.OperandType switch
    {
        OperandType.ShortInlineVar => Body[At],
        OperandType.InlineVar => BitConverter.ToUInt16(Body, At),
        // ldloc.0 to ldloc.3 and their like say it in their name.
        OperandType.InlineNone when Code.Name is { Length: > 2 } name && name[^2] == '.' && char.IsAsciiDigit(name[^1]) => name[^1] - '0',
        _ => -1,
    };

    /// <summary>The number that it puts on the stack; null where it puts none.</summary>
    public double? Constant => Code.Name switch
    {
        "ldc.i4.m1" => -1,
        "ldc.i4.s" => (sbyte)Body[At],
        "ldc.i4" => BitConverter.ToInt32(Body, At),
        "ldc.i8" => BitConverter.ToInt64(Body, At),
        "ldc.r4" => BitConverter.ToSingle(Body, At),
        "ldc.r8" => BitConverter.ToDouble(Body, At),
        { } name when name.StartsWith("ldc.i4.", StringComparison.Ordinal) => name[^1] - '0',
        _ => null,
    };

    /// <summary>Where it may go on other than with the next instruction.</summary>
    public IEnumerable<int> Targets
    {
        get
        {
            switch (Code.OperandType)
            {
                case OperandType.ShortInlineBrTarget: return [Next + (sbyte)Body[At]];
                case OperandType.InlineBrTarget: return [Next + Token];
                case OperandType.InlineSwitch:
                    (byte[] body, int at, int next) = (Body, At, Next);
                    return Enumerable.Range(1, Token).Select(k => next + BitConverter.ToInt32(body, at + (4 * k)));
                default: return [];
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>A line of the user's source from which a module was called.</summary>
/// <param name="Method">The method that holds it.</param>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Line">The line, counted from 1.</param>
internal sealed record CallSite(MethodBase Method, string File, int Line)
{
    /// <summary>The innermost line on the stack that belongs neither to torch nor to us; null where no symbols tell it.</summary>
    public static CallSite? Here()
    {
        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is not { DeclaringType.Assembly: { } assembly } method) continue;
            if (assembly == typeof(Tensor).Assembly || assembly == typeof(CallSite).Assembly || assembly == typeof(object).Assembly) continue;
            return frame.GetFileName() is { } file && frame.GetFileLineNumber() is > 0 and var line ? new(method, Path.GetFileName(file), line) : null;
        }
        return null;
    }

    /// <summary>The site in words: <c>MyModel.cs:42</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");
}

using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>The numbers that a call is given as constants.</summary>
internal static class WrittenArguments
{
    /// <summary>The argument that is written for a parameter, null where its default holds. A learning rate goes by either of its names.</summary>
    public static IArgumentOperation? Given(IOperation call, string parameter) => CallBinding.ArgumentsOf(call).FirstOrDefault(argument =>
        argument.ArgumentKind != ArgumentKind.DefaultValue && IsFor(argument, parameter));

    /// <summary>The number that a parameter is given or has by default, null where it is no constant or there is no such parameter.</summary>
    public static double? Number(IOperation call, string parameter, TorchProgram program) =>
        CallBinding.ArgumentsOf(call).FirstOrDefault(argument => IsFor(argument, parameter)) is { } argument ? Constant(argument, program) : null;

    /// <summary>The number that an argument is. A variable that is set once is as good as a constant.</summary>
    public static double? Constant(IArgumentOperation argument, TorchProgram program) => argument.Value.Number()
        ?? (argument.Value.WithoutConversion() is ILocalReferenceOperation { Local: var local } && program.Bodies.Around(argument.Syntax) is { } body
            ? body.Locals.OnlyValueOf(local)?.Number()
            : null);

    /// <summary>An argument as a message says it: its name, and what is written.</summary>
    public static string Text(IArgumentOperation argument) => $"{argument.Parameter!.Name} = {argument.Value.Syntax}";

    /// <summary>A computed number as a message says it.</summary>
    public static string Rounded(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    private static bool IsFor(IArgumentOperation argument, string parameter) =>
        argument.Parameter?.Name == parameter || (parameter == "lr" && argument.Parameter?.Name == "learningRate");
}

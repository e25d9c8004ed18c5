using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>Which uses of an API a defect concerns.</summary>
/// <param name="text">How a table says it, empty for all.</param>
/// <param name="holds">Whether it holds of a call, an object creation or a property.</param>
internal sealed class DefectCondition(string text, Func<IOperation, TorchProgram, bool> holds)
{
    public static readonly DefectCondition Always = new("", (_, _) => true);

    /// <summary>A private field of a base class holds a component: seen where RegisterComponents is called.</summary>
    public static readonly DefectCondition BaseHasPrivateComponents = new("where a base class has private components", (use, program) =>
        use.SemanticModel?.GetEnclosingSymbol(use.Syntax.SpanStart)?.ContainingType is { } type
        && (HasPrivateComponents(type.BaseType, program.Torch) || (HasPrivateComponents(type, program.Torch) && program.Derived.Below(type).Any())));

    public string Text { get; } = text;

    public bool Holds(IOperation use, TorchProgram program) => holds(use, program);

    public static DefectCondition LeftOut(string parameter) => new($"where `{parameter}` is left out",
        (use, _) => Given(use, parameter) is null && CallBinding.ArgumentsOf(use).Any(argument => argument.Parameter?.Name == parameter));

    public static DefectCondition IsTrue(string parameter) => new($"with `{parameter}: true`",
        (use, _) => Given(use, parameter)?.ConstantValue is { HasValue: true, Value: true });

    public static DefectCondition IsNotFalse(string parameter) => new($"unless `{parameter}: false`",
        (use, _) => (Given(use, parameter) ?? DefaultOf(use, parameter))?.ConstantValue is { HasValue: true, Value: true });

    public static DefectCondition IsNamed(params string[] parameters) => new($"where {Or(parameters)} is given by name", (use, _) => CallBinding.ArgumentsOf(use).Any(argument =>
        argument.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.ArgumentSyntax { NameColon: not null } && parameters.Contains(argument.Parameter?.Name, StringComparer.Ordinal)));

    /// <summary>A list or array of so many elements, written out.</summary>
    public static DefectCondition Lists(string parameter, int count, bool orMore) => new($"where `{parameter}` lists {(count == 1 ? "one" : "two")}{(orMore ? " or more" : "")}",
        (use, _) => (Given(use, parameter)?.WithoutConversion() as IArrayCreationOperation)?.Initializer is { ElementValues.Length: var length } && (length == count || (orMore && length > count)));

    public static DefectCondition On(string type) => new($"of a `{type}`",
        (use, program) => (use as IMemberReferenceOperation)?.Instance?.Type is { } owner && TorchSymbols.Same(owner.OriginalDefinition, program.Torch.Tensor.ContainingAssembly.GetTypeByMetadataName($"TorchSharp.Modules.{type}")));

    public DefectCondition And(DefectCondition other) => new($"{Text}, {other.Text}".Trim(' ', ','), (use, program) => Holds(use, program) && other.Holds(use, program));

    /// <summary>In a program that also uses one of these.</summary>
    public DefectCondition InProgramWith(params string[] names) => And(new($"in a program with {Or(names)}", (_, program) => names.Any(program.References.Mentions)));

    /// <summary>In a program that uses none of these, by which it may have repaired what is wrong.</summary>
    public DefectCondition InProgramWithout(params string[] names) => And(new($"in a program without {Or(names)}", (_, program) => !names.Any(program.References.Mentions)));

    private static string Or(string[] names) => string.Join(names.Length == 2 ? " or " : ", ", names.Select(name => $"`{name}`"));

    private static IOperation? Given(IOperation use, string parameter) => CallBinding.ArgumentsOf(use)
        .FirstOrDefault(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value;

    private static IOperation? DefaultOf(IOperation use, string parameter) => CallBinding.ArgumentsOf(use)
        .FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;

    private static bool HasPrivateComponents(INamedTypeSymbol? type, TorchSymbols torch) => type is not null && ModuleTypes.Fields(type)
        .Any(field => field.DeclaredAccessibility == Accessibility.Private && (torch.IsModule(field.Type) || torch.IsParameter(field.Type)));
}

using System.Reflection;
using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Models;

namespace TrainingGuards.Tests.Docs;

/// <summary>Every check that the library has.</summary>
internal static class AllChecks
{
    private static readonly Type[] Types =
        [.. typeof(Check).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Check)) && !type.IsAbstract && type.Namespace!.StartsWith("TrainingGuards.Checks.", StringComparison.Ordinal)).OrderBy(type => type.Name, StringComparer.Ordinal)];

    // Checks of functions of the user's own, with functions that fit the sound setups.
    private static readonly Dictionary<string, Func<Check>> OfFunctions = new()
    {
        ["AugmentationKeepsLabels"] = () => new AugmentationKeepsLabels(Mirror.Both, Mirror.Drawing),
    };

    /// <summary>Each with its default numbers, by name.</summary>
    public static IReadOnlyList<Check> All => [.. Types.Select(type => Named(type.Name))];

    public static TheoryData<string> Names => [.. Types.Select(type => type.Name)];

    /// <summary>A check with its default numbers.</summary>
    public static Check Named(string name)
    {
        if (OfFunctions.TryGetValue(name, out Func<Check>? ofFunctions)) return ofFunctions();
        ConstructorInfo constructor = Assert.Single(Types.Single(type => type.Name == name).GetConstructors());
        return (Check)constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.DefaultValue)]);
    }

    /// <summary>The section of a check: the folder and the last part of the namespace that it is in.</summary>
    public static string Section(Check check) => check.GetType().Namespace!["TrainingGuards.Checks.".Length..];
}

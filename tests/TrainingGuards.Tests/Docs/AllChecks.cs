using System.Reflection;
using TrainingGuards.Checks.Data;
using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Evaluation.Saboteurs;
using TrainingGuards.Tests.Models;

namespace TrainingGuards.Tests.Docs;

/// <summary>Every check that the library has.</summary>
internal static class AllChecks
{
    private static readonly Type[] Types =
        [.. typeof(Check).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Check)) && !type.IsAbstract && type.Namespace!.StartsWith("TrainingGuards.Checks.", StringComparison.Ordinal)).OrderBy(type => type.Name, StringComparer.Ordinal)];

    // Checks that take what only a user can give, with something sound.
    private static readonly Dictionary<string, Func<Check>> Given = new()
    {
        ["AugmentationKeepsLabels"] = () => new AugmentationKeepsLabels(Mirror.Both, Mirror.Drawing),
        ["LearningRateLastsThrough"] = () => new LearningRateLastsThrough(totalSteps: 1000),
        ["TrainingIsLongEnough"] = () => new TrainingIsLongEnough(totalSteps: 400),
        ["TrainingResumes"] = () => new TrainingResumes(TrainingFiles.Save, TrainingFiles.Load),
        ["CapacityHelps"] = () => new CapacityHelps(width => new WideNet(width), steps: 40),
        ["VectorizedMatchesLoop"] = () => VectorizedMatchesLoop.Of(RowMeans.Vectorized, RowMeans.Looped, "batch, time, 4"),
    };

    /// <summary>Each with its default numbers, by name.</summary>
    public static IReadOnlyList<Check> All => [.. Types.Select(type => Named(type.Name))];

    public static TheoryData<string> Names => [.. Types.Select(type => type.Name)];

    /// <summary>Whether a check takes what only a user can give.</summary>
    public static bool IsGiven(string name) => Given.ContainsKey(name);

    /// <summary>A check with its default numbers.</summary>
    public static Check Named(string name)
    {
        if (Given.TryGetValue(name, out Func<Check>? make)) return make();
        ConstructorInfo constructor = Assert.Single(Types.Single(type => type.Name == name).GetConstructors());
        return (Check)constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.DefaultValue)]);
    }

    /// <summary>The section of a check: the folder and the last part of the namespace that it is in.</summary>
    public static string Section(Check check) => check.GetType().Namespace!["TrainingGuards.Checks.".Length..];
}

using System.Globalization;
using System.Reflection;

namespace TrainingGuards;

/// <summary>One sentence that is true of a sound setup, and the experiment that shows it.</summary>
/// <remarks>
/// Tunable numbers are constructor parameters with defaults, each with a property of its name. A check declares no outcome: it returns
/// what it measured. It names in its documentation what it cannot see.
/// </remarks>
public abstract class Check
{
    /// <summary>The name: that of the type, a sentence such as <c>OneBatchOverfits</c>.</summary>
    public string Name => Told ?? GetType().Name;

    /// <summary>The sentence that is true of a sound setup.</summary>
    public abstract string Claim { get; }

    /// <summary>When the check is worth its cost.</summary>
    public virtual Suite Suite => Suite.Preflight;

    /// <summary>The name where another process told it; null where the check is here.</summary>
    internal virtual string? Told => null;

    /// <summary>Experiments on a fresh build of the setup.</summary>
    /// <param name="trial">The build; it is torn down afterwards, whatever was done to it.</param>
    /// <exception cref="SetupException">The setup lacks what the check needs.</exception>
    protected internal abstract Findings Measure(Trial trial);

    /// <summary>The name, and the numbers that were tuned: <c>OneBatchOverfits(steps: 800)</c>.</summary>
    public override string ToString()
    {
        var tuned = new List<string>();
        foreach (ParameterInfo parameter in GetType().GetConstructors().FirstOrDefault()?.GetParameters() ?? [])
        {
            if (GetType().GetProperty(parameter.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not { } property) continue;
            object? value = property.GetValue(this);
            if (value is not Delegate && !Equals(value, parameter.DefaultValue)) tuned.Add(string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}: {value}"));
        }
        return tuned.Count == 0 ? Name : $"{Name}({string.Join(", ", tuned)})";
    }
}

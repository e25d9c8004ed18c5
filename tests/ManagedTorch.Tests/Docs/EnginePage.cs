#if MANAGED_TORCH
using System.Reflection;
using System.Text;
using TorchSharp;

namespace ManagedTorch.Tests.Docs;

/// <summary>docs/engine.md, read off the engine's assembly: what of TorchSharp it does, by area, and what it only declares.</summary>
internal static class EnginePage
{
    private const int NamesInOneRow = 40;

    private static readonly Assembly Engine = typeof(torch).Assembly;

    public static string Text()
    {
        // The heading by itself: without the engine this code is skipped, and a line that begins with # would still be a directive.
        var text = new StringBuilder("# The embedded engine\n\n");
        text.Append("""
            TrainingGuards' own tests and samples run on it by default: TorchSharp's API in C# alone, on the CPU, with nothing to download, held to PyTorch's numbers by the
            conformance tests. It does what this page lists; for anything else, and for your own training, there is TorchSharp (`-p:TorchEngine=cpu` or `cuda`).

            A name stands for all its overloads; a number behind it says how many there are.


            """.ReplaceLineEndings("\n"));
        Gaps(text);
        foreach ((string area, Type type) in Areas()) Area(text, area, [.. Members(type)]);
        Types(text, "Layers, losses, optimizers and containers", type => type.Namespace == "TorchSharp.Modules");
        Types(text, "Other types", type => type.Namespace != "TorchSharp.Modules" && !IsArea(type));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Gaps(StringBuilder text)
    {
        text.Append("## Declared and not done\n\nThese throw `NotSupportedException` with their name.\n\n| member | what of it |\n| --- | --- |\n");
        foreach (Gap gap in Gap.All.OrderBy(gap => gap.Member, StringComparer.Ordinal))
            text.Append("| `").Append(gap.Member).Append("` | ").Append(gap.Part ?? "all of it").Append(" |\n");
        text.Append('\n');
    }

    private static IEnumerable<(string Area, Type Type)> Areas() =>
        Engine.GetExportedTypes().Where(IsArea).Append(typeof(torch.Tensor)).Select(type => (Name(type), type)).OrderBy(area => area.Item1, StringComparer.Ordinal);

    // torch and the static classes in it: what Python calls modules.
    private static bool IsArea(Type type) => type.IsAbstract && type.IsSealed && type.Namespace == "TorchSharp" && Members(type).Any() && (type == typeof(torch) || type.IsNested);

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        IEnumerable<(string Name, int Count)> methods = type.GetMethods(Public).Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            .GroupBy(method => method.Name, StringComparer.Ordinal).Select(overloads => (overloads.Key, overloads.Count()));
        IEnumerable<(string Name, int Count)> values = type.GetProperties(Public).GroupBy(property => property.GetIndexParameters().Length > 0 ? "this[]" : property.Name, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Count())).Concat(type.GetFields(Public).Select(field => (field.Name, 1)));
        return methods.Concat(values).OrderBy(member => member.Name.TrimEnd('_'), StringComparer.OrdinalIgnoreCase).ThenBy(member => member.Name.Length)
            .Select(member => member.Count > 1 ? $"{member.Name} {member.Count}" : member.Name);
    }

    private static void Area(StringBuilder text, string area, string[] members)
    {
        text.Append("## ").Append(area).Append("\n\n");
        if (members.Length <= NamesInOneRow)
        {
            text.Append(string.Join(" · ", members)).Append("\n\n");
            return;
        }
        text.Append("| | |\n| --- | --- |\n");
        foreach (IGrouping<string, string> letter in members.GroupBy(Initial, StringComparer.Ordinal))
            text.Append("| ").Append(letter.Key).Append(" | ").Append(string.Join(" · ", letter)).Append(" |\n");
        text.Append('\n');
    }

    private static string Initial(string member) => member.StartsWith("op_", StringComparison.Ordinal) ? "operators" : char.IsLetter(member[0]) ? char.ToLowerInvariant(member[0]).ToString() : "_";

    private static void Types(StringBuilder text, string heading, Func<Type, bool> chosen)
    {
        string[] names = [.. Engine.GetExportedTypes().Where(type => chosen(type) && !IsWithinChosen(type)).Select(Name).Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)];
        text.Append("## ").Append(heading).Append("\n\n").Append(string.Join(" · ", names)).Append("\n\n");

        // A layer's options and state go without saying.
        bool IsWithinChosen(Type type) => type.DeclaringType is { } outer && chosen(outer);
    }

    private static string Name(Type type)
    {
        string own = type.Name.Split('`')[0];
        return type.DeclaringType is { } outer ? $"{Name(outer)}.{own}" : own;
    }
}
#endif

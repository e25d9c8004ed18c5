using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>Something that some versions of TorchSharp compute wrongly and silently.</summary>
/// <param name="members">What is to be used for it: metadata names of types below TorchSharp, a dot, and a member; several are divided by a space.</param>
/// <param name="when">Which uses of it are meant.</param>
/// <param name="since">The first version that is known to be wrong, null where no right one is known before.</param>
/// <param name="until">The first version that is right again, null where there is none yet.</param>
/// <param name="wrong">What it does, as it goes on after its name.</param>
/// <param name="instead">What else can be done, in the imperative; null where only another version helps.</param>
internal sealed class KnownDefect(string members, DefectCondition when, string? since, string? until, string wrong, string? instead)
{
    /// <summary>The name of a type below TorchSharp, and of a member of it.</summary>
    public IReadOnlyList<(string Type, string Member)> Members { get; } = [.. members.Split(' ').Select(Split)];

    public DefectCondition When { get; } = when;

    public Version? Since { get; } = since is null ? null : Version.Parse(since);

    public Version? Until { get; } = until is null ? null : Version.Parse(until);

    public string Wrong { get; } = wrong;

    /// <summary>What to do about it.</summary>
    public string Remedy => Until is null ? char.ToUpperInvariant(instead![0]) + instead.Substring(1)
        : $"Use TorchSharp {Until} or later" + (instead is null ? "" : $", or {instead}");

    public bool IsIn(Version version) => (Since is null || version >= Since) && (Until is null || version < Until);

    /// <summary>The member of its assembly; none where that version has no such member.</summary>
    public static IEnumerable<ISymbol> Find((string Type, string Member) name, IAssemblySymbol assembly) =>
        assembly.GetTypeByMetadataName($"TorchSharp.{name.Type}")?.GetMembers(name.Member) ?? Enumerable.Empty<ISymbol>();

    private static (string, string) Split(string member) => member.EndsWith("..ctor", StringComparison.Ordinal)
        ? (member.Substring(0, member.Length - "..ctor".Length), ".ctor")
        : (member.Substring(0, member.LastIndexOf('.')), member.Substring(member.LastIndexOf('.') + 1));
}

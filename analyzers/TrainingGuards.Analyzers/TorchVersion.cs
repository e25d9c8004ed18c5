using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers;

/// <summary>Which release of TorchSharp an assembly is.</summary>
internal static class TorchVersion
{
    /// <summary>The version of the package that an assembly comes from, null where it is no release of TorchSharp's own.</summary>
    /// <remarks>
    /// A release carries its version as the assembly's and as the file's (0.105.1 as 0.105.1.0). Where the two differ, the one only says what the
    /// assembly stands in for, as that of an embedded engine or of a private build does: what it computes is not known by it.
    /// </remarks>
    public static Version? Of(IAssemblySymbol assembly)
    {
        string? file = assembly.GetAttributes()
            .Where(attribute => attribute.AttributeClass is { Name: "AssemblyFileVersionAttribute" } && attribute.ConstructorArguments.Length == 1)
            .Select(attribute => attribute.ConstructorArguments[0].Value as string).FirstOrDefault();
        Version version = assembly.Identity.Version;
        return Version.TryParse(file, out Version? released) && released == version ? new Version(version.Major, version.Minor, version.Build) : null;
    }
}

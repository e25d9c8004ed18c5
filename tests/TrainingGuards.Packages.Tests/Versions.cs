using System.Reflection;
using System.Xml.Linq;

namespace TrainingGuards.Packages.Tests;

/// <summary>Versions, of what is here and of what it refers to.</summary>
internal static class Versions
{
    /// <summary>The semantic version that an assembly was built with, without what says from which commit.</summary>
    public static string Of(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The version in which this repository refers to a package.</summary>
    public static string Of(string package)
    {
        XElement all = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Root!;
        string version = all.Descendants("PackageVersion").Single(one => (string)one.Attribute("Include")! == package).Attribute("Version")!.Value;
        return version.StartsWith("$(", StringComparison.Ordinal) ? all.Descendants(version[2..^1]).Single().Value : version;
    }

    /// <summary>The oldest version of TorchSharp that is supported.</summary>
    public static string OldestTorchSharp => XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("OldestTorchSharpVersion").Single().Value;
}

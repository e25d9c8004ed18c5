using System.Reflection;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Tests.Docs;

public sealed class SuppressorPageTests
{
    private static readonly TorchSuppressor[] All = [.. typeof(TorchSuppressor).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(TorchSuppressor)))
        .Select(type => (TorchSuppressor)Activator.CreateInstance(type)!)
        .OrderBy(suppressor => suppressor.SupportedSuppressions[0].Id, StringComparer.Ordinal)];

    [Fact]
    public void The_page_lists_every_suppressor() => Repository.PartMustBe("docs/suppressors.md", "suppressors",
        "| id | suppressor | takes back | because |\n| --- | --- | --- | --- |\n" + string.Concat(All.Select(suppressor =>
            $"| {Descriptor(suppressor).Id} | {suppressor.GetType().Name} | {string.Join(", ", suppressor.SupportedSuppressions.Select(one => one.SuppressedDiagnosticId))} | {Descriptor(suppressor).Justification} |\n")));

    [Fact]
    public void A_suppressor_has_the_id_that_its_name_has() => Assert.Equal(
        typeof(SuppressorIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(id => $"{id.GetRawConstantValue()} {id.Name}"),
        All.Select(suppressor => $"{Descriptor(suppressor).Id} {suppressor.GetType().Name}"));

    private static SuppressionDescriptor Descriptor(TorchSuppressor suppressor) => suppressor.SupportedSuppressions[0];
}

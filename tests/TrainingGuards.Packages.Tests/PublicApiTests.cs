namespace TrainingGuards.Packages.Tests;

/// <summary>What the packages show is approved text beside their projects: a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Names => PackedAssembly.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_public_api_is_approved(string name) => Repository.MustBe($"src/{name}/PublicApi.approved.txt", new PackedAssembly(name).PublicApi);
}

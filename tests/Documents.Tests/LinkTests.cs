namespace TrainingGuards.Documents.Tests;

public sealed class LinkTests
{
    public static TheoryData<string> Addresses => [.. Pages.All];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void What_a_page_links_to_in_the_repository_exists(string page)
    {
        foreach (string link in Pages.Links(page).Where(link => !link.Contains("://", StringComparison.Ordinal) && link[0] != '#'))
        {
            string target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, link.Split('#')[0]));
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} links to {link}, which is not there.");
        }
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_readme()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>(["README.md"]);
        while (next.TryDequeue(out string? page))
        {
            if (!reached.Add(page)) continue;
            foreach (string link in Pages.Links(page).Where(link => link.Split('#')[0].EndsWith(".md", StringComparison.Ordinal) && !link.Contains("://", StringComparison.Ordinal)))
                next.Enqueue(Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, link.Split('#')[0]))).Replace('\\', '/'));
        }
        Assert.DoesNotContain(Pages.All, page => page.StartsWith("docs/", StringComparison.Ordinal) && !reached.Contains(page));
    }
}

using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>The expressions that a snippet marks, as the analyses that look beyond one method see them.</summary>
internal sealed class MarkedProgram
{
    private MarkedProgram(TorchProgram program, IReadOnlyList<IOperation> operations) => (Program, Operations) = (program, operations);

    public TorchProgram Program { get; }

    public IReadOnlyList<IOperation> Operations { get; }

    public IOperation Operation => Operations.Single();

    /// <summary>The body around the first mark.</summary>
    public MethodBody Body => Program.Bodies.Around(Operations[0].Syntax)!;

    public EventGraph Graph => Program.Events.Of(Body)!;

    public static async Task<MarkedProgram> In(params string[] markups)
    {
        var files = markups.Select(Markup.Parse).ToList();
        Compilation compilation = await Snippet.Compile(Snippet.Project([.. files.Select(file => file.Source)]));
        TorchProgram program = TorchProgram.Of(compilation, TorchSymbols.Of(compilation)!);
        var operations = new List<IOperation>();
        for (int i = 0; i < files.Count; i++)
        {
            SyntaxTree tree = compilation.SyntaxTrees.Single(candidate => candidate.FilePath.EndsWith($"File{i}.cs", StringComparison.Ordinal));
            SyntaxNode root = await tree.GetRootAsync();
            operations.AddRange(files[i].Marks.Select(mark =>
                program.Bodies.ModelOf(tree).GetOperation(root.FindNode(mark.Span, getInnermostNodeForTie: true))!));
        }
        return new MarkedProgram(program, operations);
    }
}

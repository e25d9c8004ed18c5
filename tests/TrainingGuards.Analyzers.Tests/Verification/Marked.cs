using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>The expressions that a snippet marks, with what the shared analyses need to look at them.</summary>
internal sealed class Marked
{
    private Marked(TorchSymbols torch, ControlFlowGraph graph, IReadOnlyList<IOperation> operations) =>
        (Torch, Graph, Operations) = (torch, graph, operations);

    public TorchSymbols Torch { get; }

    /// <summary>The graph of the body around the first mark.</summary>
    public ControlFlowGraph Graph { get; }

    public IReadOnlyList<IOperation> Operations { get; }

    public IOperation Operation => Operations.Single();

    public static async Task<Marked> In(string markup)
    {
        Markup parsed = Markup.Parse(markup);
        Compilation compilation = await Snippet.Compile(Snippet.Project([parsed.Source]));
        SyntaxTree tree = compilation.SyntaxTrees.Single(candidate => candidate.FilePath.EndsWith("File0.cs", StringComparison.Ordinal));
        SemanticModel model = compilation.GetSemanticModel(tree);
        SyntaxNode root = await tree.GetRootAsync();
        var operations = parsed.Marks.Select(mark => model.GetOperation(root.FindNode(mark.Span, getInnermostNodeForTie: true))!).ToList();
        IOperation body = operations[0];
        while (body.Parent is { } parent)
        {
            body = parent;
        }
        return new Marked(TorchSymbols.Of(compilation)!, ControlFlowGraph.Create(body.Syntax, model)!, operations);
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace TrainingGuards.CodeFixes;

/// <summary>The cure of one rule: one clear edit, for one diagnostic or for all of a document, project or solution.</summary>
public abstract class RuleFix : CodeFixProvider
{
    private readonly string _title;

    private protected RuleFix(string id, string title)
    {
        FixableDiagnosticIds = ImmutableArray.Create(id);
        _title = title;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create((context, document, diagnostics) =>
        FixAsync(document, diagnostics, context.CancellationToken));

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (root is not null && Node(root, diagnostic) is { } node && CanFix(node, diagnostic))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        _title,
                        async cancelled => await FixAsync(context.Document, ImmutableArray.Create(diagnostic), cancelled).ConfigureAwait(false)
                            ?? context.Document,
                        equivalenceKey: GetType().Name),
                    diagnostic);
            }
        }
    }

    /// <summary>Whether the edit is known to be right here; where not, nothing is offered.</summary>
    private protected virtual bool CanFix(SyntaxNode node, Diagnostic diagnostic) => true;

    /// <summary>Records the edit for one diagnostic. Other edits of the same document may be recorded in the same editor, also around this one.</summary>
    private protected abstract void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic);

    private async Task<Document?> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancelled)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancelled).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in diagnostics.OrderBy(found => found.Location.SourceSpan.Start))
        {
            if (Node(editor.OriginalRoot, diagnostic) is { } node && CanFix(node, diagnostic))
            {
                Fix(editor, node, diagnostic);
            }
        }
        return editor.GetChangedDocument();
    }

    private static SyntaxNode? Node(SyntaxNode root, Diagnostic diagnostic) =>
        root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            ? root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true)
            : null;
}

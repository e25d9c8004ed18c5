using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace TrainingGuards.CodeFixes;

/// <summary>Edits of the using directives of a file.</summary>
internal static class UsingEdits
{
    /// <summary>Adds a using directive once, behind those of System that come before it in the alphabet.</summary>
    public static void AddUsing(this SyntaxEditor editor, string name) =>
        editor.ReplaceNode(editor.OriginalRoot, (current, _) => current is CompilationUnitSyntax unit && !unit.Usings.Any(directive => directive.Name?.ToString() == name)
            ? Adding(unit, name)
            : current);

    private static CompilationUnitSyntax Adding(CompilationUnitSyntax unit, string name)
    {
        SyntaxTrivia end = unit.DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } known ? known : SyntaxFactory.ElasticLineFeed;
        UsingDirectiveSyntax added = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(name))
            .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            .WithTrailingTrivia(end);
        int place = unit.Usings.TakeWhile(directive => directive is { Alias: null, StaticKeyword.RawKind: 0, Name: { } other }
            && (directive.GlobalKeyword.RawKind != 0 || (other.ToString().StartsWith("System", StringComparison.Ordinal) && string.CompareOrdinal(other.ToString(), name) < 0))).Count();
        if (place > 0)
        {
            return unit.WithUsings(unit.Usings.Insert(place, added));
        }
        // The comment at the head of a file is about the file.
        SyntaxToken first = unit.GetFirstToken(includeZeroWidth: true);
        bool hasHeader = unit.Usings.Count > 0 || first.LeadingTrivia.Any(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) && !first.LeadingTrivia.Any(trivia => trivia.HasStructure);
        if (hasHeader)
        {
            added = added.WithLeadingTrivia(first.LeadingTrivia);
            unit = unit.ReplaceToken(first, first.WithLeadingTrivia());
        }
        return unit.WithUsings(unit.Usings.Insert(0, unit.Usings.Count > 0 ? added : added.WithTrailingTrivia(end, end)));
    }
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Modules;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Moves RegisterComponents() to the end of the constructor; where it is the base's, registers the component by its name.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AssignedAfterRegistrationFix() : RuleFix(RuleIds.AssignedAfterRegistration, "Register the component")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => CureOf(diagnostic) switch
    {
        null or "" => false,
        AssignedAfterRegistration.Move => MovedIn(node, diagnostic) is { } constructor && constructor.IsOpenEnded(),
        _ => node is AssignmentExpressionSyntax { Left: IdentifierNameSyntax, Parent: ExpressionStatementSyntax statement } && statement.IsInList(),
    };

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (MovedIn(node, diagnostic) is { } constructor)
        {
            editor.ReplaceNode(constructor, (current, _) => ((ConstructorDeclarationSyntax)current).RegisteringLast());
        }
        else if (node is AssignmentExpressionSyntax { Left: IdentifierNameSyntax name, Parent: ExpressionStatementSyntax statement })
        {
            editor.InsertAfter(statement, $"{CureOf(diagnostic)}(nameof({name}), {name});", nameof(AssignedAfterRegistration));
        }
    }

    private static string? CureOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(AssignedAfterRegistration.Cure, out string? cure) ? cure : null;

    /// <summary>The constructor that has both the call and the assignment, null where the call is a base's.</summary>
    private static ConstructorDeclarationSyntax? MovedIn(SyntaxNode node, Diagnostic diagnostic) =>
        CureOf(diagnostic) == AssignedAfterRegistration.Move
        && node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is { Body: { } body } constructor
        && body.Statements.Any(statement => statement.IsRegisterComponents() && statement.Span.Contains(diagnostic.AdditionalLocations[0].SourceSpan))
            ? constructor
            : null;
}

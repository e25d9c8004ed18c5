using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Adds RegisterComponents() to the end of each constructor that does not lead to another of the class.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingRegisterComponentsFix() : RuleFix(RuleIds.MissingRegisterComponents, "Call RegisterComponents()")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => ConstructorsOf(node).Any() && ConstructorsOf(node).All(constructor => constructor.IsOpenEnded());

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        foreach (ConstructorDeclarationSyntax constructor in ConstructorsOf(node))
        {
            editor.ReplaceNode(constructor, (current, _) => ((ConstructorDeclarationSyntax)current).RegisteringLast());
        }
    }

    private static IEnumerable<ConstructorDeclarationSyntax> ConstructorsOf(SyntaxNode node) =>
        node.FirstAncestorOrSelf<ClassDeclarationSyntax>()?.Members.OfType<ConstructorDeclarationSyntax>()
            .Where(constructor => !constructor.Modifiers.Any(SyntaxKind.StaticKeyword) && !constructor.Initializer.IsKind(SyntaxKind.ThisConstructorInitializer)) ?? [];
}

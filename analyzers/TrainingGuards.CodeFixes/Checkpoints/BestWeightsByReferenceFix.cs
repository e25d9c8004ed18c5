using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Checkpoints;

namespace TrainingGuards.CodeFixes.Checkpoints;

/// <summary>Keeps a copy of each tensor.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class BestWeightsByReferenceFix() : RuleFix(RuleIds.BestWeightsByReference, "Clone each entry")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => node is ExpressionSyntax;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        string kept = diagnostic.Properties.ContainsKey(BestWeightsByReference.IsInScope) ? ".DetachFromDisposeScope()" : "";
        bool isWhole = node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "state_dict" } or IdentifierNameSyntax { Identifier.ValueText: "state_dict" } };
        bool isDetached = node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "detach" } };
        string copy = isWhole ? $".ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone(){kept})" : (isDetached ? ".clone()" : ".detach().clone()") + kept;
        editor.ReplaceNode(node, (current, _) => SyntaxFactory.ParseExpression(current.WithoutTrivia().ToString() + copy).WithTriviaFrom(current));
        if (diagnostic.Properties.ContainsKey(BestWeightsByReference.NeedsLinq) && node.SyntaxTree.GetRoot() is CompilationUnitSyntax unit)
        {
            editor.ReplaceNode(unit, (current, _) => WithLinq((CompilationUnitSyntax)current));
        }
    }

    private static CompilationUnitSyntax WithLinq(CompilationUnitSyntax unit) => unit.Usings.Any(IsLinq)
        ? unit
        : unit.AddUsings(SyntaxFactory.UsingDirective(SyntaxFactory.ParseName("System.Linq")).NormalizeWhitespace().WithTrailingTrivia(SyntaxFactory.ElasticLineFeed));

    private static bool IsLinq(UsingDirectiveSyntax directive) => directive.Name.ToString() == "System.Linq";
}

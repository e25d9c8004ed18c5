using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Modules;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Calls the function in place of a Dropout that is made to be applied once, with the mode of the module.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LayerBuiltInForwardFix() : RuleFix(RuleIds.LayerBuiltInForward, "Call the function with the module's mode")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => FunctionOf(diagnostic) is not null && ApplicationOf(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is InvocationExpressionSyntax creation && ApplicationOf(node) is { } application && FunctionOf(diagnostic) is { } name)
        {
            ExpressionSyntax function = SyntaxFactory.ParseExpression($"TorchSharp.torch.nn.functional.{name}").WithAdditionalAnnotations(Simplifier.Annotation);
            ArgumentSyntax training = SyntaxFactory.Argument(
                SyntaxFactory.NameColon("training").WithTrailingTrivia(SyntaxFactory.Space), refKindKeyword: default, SyntaxFactory.IdentifierName("training"));
            IEnumerable<ArgumentSyntax> arguments = application.ArgumentList.Arguments.Concat(creation.ArgumentList.Arguments).Append(training);
            SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            editor.ReplaceNode(application, SyntaxFactory.InvocationExpression(function, SyntaxFactory.ArgumentList(
                SyntaxFactory.SeparatedList(arguments, Enumerable.Repeat(comma, arguments.Count() - 1)))).WithTriviaFrom(application));
        }
    }

    private static InvocationExpressionSyntax? ApplicationOf(SyntaxNode node) =>
        node.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax application } && node is InvocationExpressionSyntax ? application : null;

    private static string? FunctionOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(LayerBuiltInForward.Function, out string? function) ? function : null;
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Schedule;

namespace TrainingGuards.CodeFixes.Schedule;

/// <summary>Takes the argument away, where the call does what was meant without it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SchedulerArgumentMisreadFix() : RuleFix(RuleIds.SchedulerArgumentMisread, "Take the argument away")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(SchedulerArgumentMisread.IsIdle) && node.FirstAncestorOrSelf<ArgumentSyntax>() is { Parent: ArgumentListSyntax list } argument
        // What comes after it by its place would take its place.
        && (argument.NameColon is not null || list.Arguments.SkipWhile(other => other != argument).Skip(1).All(next => next.NameColon is not null));

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.RemoveNode(node.FirstAncestorOrSelf<ArgumentSyntax>()!, SyntaxRemoveOptions.KeepNoTrivia);
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Schedule;

namespace TrainingGuards.CodeFixes.Schedule;

/// <summary>Takes the argument away, where the call does what was meant without it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SchedulerArgumentMisreadFix() : RuleFix(RuleIds.SchedulerArgumentMisread, "Take the argument away")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(SchedulerArgumentMisread.IsIdle) && ArgumentEdits.Around(node)?.CanBeRemoved() == true;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => editor.RemoveArgument(ArgumentEdits.Around(node)!);
}

namespace DigitClassifier.Analysis;

/// <summary>A warning of a rule at a line of source.</summary>
/// <param name="Rule">The rule's id: <c>TG6001</c>.</param>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="File">The name of the source file.</param>
/// <param name="Line">The line in it, from 1.</param>
public sealed record RuleWarning(string Rule, string Message, string File, int Line);

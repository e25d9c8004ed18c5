namespace SeededFailures.Results;

/// <summary>What a rule says of a program.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Severity">Warning or Info.</param>
/// <param name="Message">What it says.</param>
internal sealed record Warning(string Rule, int Line, string Severity, string Message);

namespace SeededFailures.Results;

/// <summary>What a check says where it does not hold, in the first run in which it does not.</summary>
/// <param name="Cause">Its first cause with the rule that it names, the evidence and the remedy; or why it could not tell.</param>
/// <param name="Others">Its other causes.</param>
/// <param name="Where">The module, line and readings that it points to.</param>
internal sealed record Saying(string Cause, string Others, string Where);

namespace SeededFailures.Sources;

/// <summary>One change of a program's text.</summary>
/// <param name="Find">What stands in the sound program, once.</param>
/// <param name="Replace">What stands there instead; <c>{strength}</c> in it is the number that the failure is given.</param>
internal sealed record Edit(string Find, string Replace)
{
    /// <summary>Whether it stands in the text exactly once.</summary>
    public bool Fits(string text)
    {
        int first = text.IndexOf(Find, StringComparison.Ordinal);
        return first >= 0 && text.IndexOf(Find, first + 1, StringComparison.Ordinal) < 0;
    }
}

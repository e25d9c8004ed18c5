using Spectre.Console;

namespace DigitClassifier.Display;

/// <summary>The console that this process writes to.</summary>
public static class Terminal
{
    /// <summary>In colour where a person looks at it, in plain text where it goes to a file.</summary>
    public static IAnsiConsole Open() => Console.IsOutputRedirected
        ? AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No })
        : AnsiConsole.Console;
}

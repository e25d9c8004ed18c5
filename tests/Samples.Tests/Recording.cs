using Spectre.Console;

namespace Samples.Tests;

/// <summary>A console of 80 columns that keeps what is written.</summary>
internal sealed class Recording : IDisposable
{
    private readonly StringWriter _output = new();

    public Recording()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(_output),
        });
        Console.Profile.Width = 80;
    }

    public IAnsiConsole Console { get; }

    public StringWriter Errors { get; } = new();

    public string Text => _output.ToString();

    public void Dispose()
    {
        _output.Dispose();
        Errors.Dispose();
    }
}

using System.Runtime.CompilerServices;
using System.Text;

namespace VerifyXunit;

/// <summary>
/// A stand-in for Verify.Xunit with its conventions, so that either accepts the same files: the text of a test is compared
/// with <c>Class.Method.verified.txt</c> beside the test, and written to <c>Class.Method.received.txt</c> where it differs.
/// </summary>
/// <remarks>Build with <c>-p:SnapshotEngine=verify</c> to use the real one.</remarks>
internal static class Verifier
{
    private static readonly UTF8Encoding WithMark = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>Compares <paramref name="target"/> with the accepted text of the calling test.</summary>
    /// <exception cref="SnapshotException">The text differs from the accepted one, or none has been accepted yet.</exception>
    public static Task Verify(string target, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "")
    {
        string stem = Path.Combine(Path.GetDirectoryName(sourceFile)!, Path.GetFileNameWithoutExtension(sourceFile) + "." + method);
        string verified = stem + ".verified.txt", received = stem + ".received.txt";
        string text = Lines(target);
        string? accepted = File.Exists(verified) ? Lines(File.ReadAllText(verified)) : null;
        if (accepted == text)
        {
            File.Delete(received);
            return Task.CompletedTask;
        }
        File.WriteAllText(received, text, WithMark);
        throw new SnapshotException(
            $"{Path.GetFileName(verified)} {(accepted is null ? "does not exist" : "differs")}. " +
            $"Accept by renaming {Path.GetFileName(received)} to {Path.GetFileName(verified)}.\n\nReceived:\n{text}\n\nVerified:\n{accepted}");
    }

    private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
}

/// <summary>A text differs from its accepted snapshot.</summary>
internal sealed class SnapshotException(string message) : Exception(message);

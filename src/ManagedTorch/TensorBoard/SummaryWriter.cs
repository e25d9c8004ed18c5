using System.Globalization;

namespace TorchSharp.Modules;

/// <summary>Appends events to a file that TensorBoard reads.</summary>
public class SummaryWriter
{
    private readonly string file;

    internal SummaryWriter(string? log_dir, string? filename_suffix, bool createRunName)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string folder = log_dir ?? "runs";
        if (createRunName) folder = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{now:MMMdd_HH-mm-ss}_{Environment.MachineName}"));
        Directory.CreateDirectory(folder);
        LogDir = folder;
        file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{now.ToUnixTimeSeconds()}.{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid():N}{filename_suffix}"));
        Append(EventMessage.OfVersion(now.ToUnixTimeMilliseconds() / 1000.0));
    }

    public string LogDir { get; }

    /// <summary>A number at a step.</summary>
    /// <param name="tag">Under which it is shown; what stands before a slash groups it.</param>
    /// <param name="scalar_value">The number.</param>
    /// <param name="global_step">The step.</param>
    /// <param name="walltime">Seconds since 1970; now where none is given.</param>
    public void add_scalar(string tag, float scalar_value, int global_step, long? walltime = null) =>
        Append(EventMessage.OfScalar(walltime ?? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0, global_step, tag, scalar_value));

    private void Append(byte[] message)
    {
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(EventRecord.Of(message));
    }
}

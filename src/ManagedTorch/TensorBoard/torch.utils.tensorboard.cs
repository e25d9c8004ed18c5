using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class utils
    {
        public static partial class tensorboard
        {
            /// <summary>Writes what TensorBoard shows into a file of its own.</summary>
            /// <param name="log_dir">The folder; <c>runs</c> where none is given.</param>
            /// <param name="filename_suffix">Ends the file's name.</param>
            /// <param name="createRunName">Whether a folder with the time and the machine's name is made in it.</param>
            public static SummaryWriter SummaryWriter(string? log_dir = null, string? filename_suffix = null, bool createRunName = false) =>
                new(log_dir, filename_suffix, createRunName);
        }
    }
}

using System.Runtime.ExceptionServices;

namespace TorchSharp;

/// <summary>Runs ranges on all cores.</summary>
internal static class Work
{
    /// <summary>Calls <paramref name="body"/> with ranges that cover [0, count), none much smaller than <paramref name="grain"/>; serially where one is enough.</summary>
    internal static void For(int count, int grain, Action<int, int> body)
    {
        if (count <= 0) return;
        int parts = (int)Math.Min((count + (long)grain - 1) / Math.Max(grain, 1), torch.get_num_threads());
        if (parts <= 1)
        {
            body(0, count);
            return;
        }
        int size = (int)((count + (long)parts - 1) / parts);
        try
        {
            Parallel.For(0, parts, part =>
            {
                int from = part * size;
                int to = Math.Min(from + size, count);
                if (from < to) body(from, to);
            });
        }
        catch (AggregateException failures)
        {
            // The caller sees what a serial run would throw.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}

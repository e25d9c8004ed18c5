using System.Collections.Concurrent;
using System.Diagnostics;
using SeededFailures.Results;

namespace SeededFailures.Running;

/// <summary>Some worker processes that share a list of jobs.</summary>
/// <param name="workers">How many.</param>
/// <param name="limit">How long one job may take.</param>
internal sealed class WorkerPool(int workers, TimeSpan limit)
{
    // A failure may leak, and what it leaves behind would slow down whatever the same process measures next.
    private const long MostMemory = 700L << 20;

    /// <summary>Has all jobs measured; a worker that dies or hangs on one is replaced, and that is the job's result.</summary>
    /// <param name="jobs">The jobs, in order.</param>
    /// <param name="finished">Called with each result, one at a time.</param>
    public void Run(IEnumerable<Job> jobs, Action<Result> finished)
    {
        var queue = new ConcurrentQueue<Job>(jobs);
        object gate = new();
        Thread[] threads = [.. Enumerable.Range(0, workers).Select(_ => new Thread(() => Serve(queue, result =>
        {
            lock (gate) finished(result);
        })))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
    }

    private void Serve(ConcurrentQueue<Job> queue, Action<Result> finished)
    {
        Process? worker = null;
        try
        {
            while (queue.TryDequeue(out Job? job))
            {
                worker ??= Start();
                worker.StandardInput.WriteLine(job.Line);
                worker.StandardInput.Flush();
                Task<string?> answer = worker.StandardOutput.ReadLineAsync();
                if (answer.Wait(limit) && answer.Result is { } line && ResultsFile.TryRead(line) is { } result)
                {
                    finished(result);
                    worker.Refresh();
                    if (worker.WorkingSet64 <= MostMemory) continue;
                    End(worker);
                    worker = null;
                    continue;
                }
                finished(new(job.Program, job.Failure, job.Part) { Source = job.Program == HealthyNets.HealthyNet.Program ? null : Worker.MutantOf(job).Hash, Problem = answer.IsCompleted ? "its process ended" : $"not done after {limit.TotalMinutes:F0} minutes" });
                End(worker);
                worker = null;
            }
        }
        finally
        {
            if (worker is not null) End(worker);
        }
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(WorkerPool).Assembly.Location);
        start.ArgumentList.Add("worker");
        return Process.Start(start)!;
    }

    private static void End(Process worker)
    {
        worker.Kill(entireProcessTree: true);
        worker.WaitForExit();
        worker.Dispose();
    }
}

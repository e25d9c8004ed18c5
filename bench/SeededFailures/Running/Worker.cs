using SeededFailures.HealthyNets;
using SeededFailures.Measuring;
using SeededFailures.Results;
using SeededFailures.Sources;
using static TorchSharp.torch;

namespace SeededFailures.Running;

/// <summary>A process of its own that measures what it reads from its input: torch's generator and modes belong to the process.</summary>
internal static class Worker
{
    public static int Run()
    {
        // One core a worker: figures do not depend on how many there are.
        set_num_threads(1);
        TextWriter answers = Console.Out;
        Console.SetOut(TextWriter.Null);
        while (Console.ReadLine() is { } line)
        {
            answers.WriteLine(ResultsFile.Line(Measured(Job.Read(line))));
            answers.Flush();
        }
        return 0;
    }

    /// <summary>Measures a job here.</summary>
    public static Result Measured(Job job)
    {
        if (job.Program == HealthyNet.Program) return HealthyNet.Measure(job);
        return Measure.Part(MutantOf(job), job.Part, job.Runs);
    }

    /// <summary>What a job is to measure.</summary>
    public static Mutant MutantOf(Job job)
    {
        TrainingProgram program = TrainingProgram.Named(job.Program);
        return job.Failure == Result.Sound
            ? Mutant.Sound(program)
            : Mutant.Of(program, Catalog.Named(job.Failure)) ?? throw new ArgumentException($"{job.Failure} cannot be planted in {job.Program}.", nameof(job));
    }
}

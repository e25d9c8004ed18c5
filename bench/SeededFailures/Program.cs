using SeededFailures.Running;

namespace SeededFailures;

/// <summary>Plants failures in sound programs, and measures what rules and checks say of them.</summary>
internal static class Program
{
    private const string Help = """
        Plants failures in sound training programs and measures what rules and checks say.

          run          measures what is not in the results yet
            --only TEXT     pairs whose program or failure has TEXT in its name; may be given again
            --part PART     typed, harm or tests alone
            --half HALF     tuning or reported alone
            --jobs N        worker processes (2)
            --seeds N       runs of the suite for each pair (10)
            --runs N        trainings for each pair (20)
            --nets N        healthy random nets (200; 0 where --only is given)
            --results FILE  where results are read and written (results.jsonl of this project)
            --again         measures also what is in the results
          report       writes the section of docs/evidence.md from the results
          list         every pair
          show P F     the source of program P with failure F planted, and what is said of it
          split        gives new pairs a half, tuning or reported
          strengths    finds the smallest strength that hurts, by bisection (--only as above)
          tidy         puts the results in order
        """;

    public static int Main(string[] args)
    {
        try
        {
            return args switch
            {
                ["worker"] => Worker.Run(),
                ["run", .. var options] => Commands.Run(Options.Parse(options)),
                ["report", .. var options] => Commands.Report(Options.Parse(options)),
                ["list", .. var options] => Commands.List(Options.Parse(options)),
                ["show", var program, var failure] => Commands.Show(program, failure),
                ["split"] => Commands.Split(),
                ["strengths", .. var options] => Commands.Strengths(Options.Parse(options)),
                ["tidy", .. var options] => Commands.Tidy(Options.Parse(options)),
                _ => Usage(args),
            };
        }
        catch (ArgumentException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }
    }

    private static int Usage(string[] args)
    {
        Console.WriteLine(Help);
        return args is [] or ["help"] or ["--help"] ? 0 : 2;
    }
}

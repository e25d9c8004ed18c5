using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which examples of a batch a training step of the user's own leaves out: those in whose place another may stand, and the weights after the step are the same to the bit.</summary>
/// <param name="Side">Which: <c>last</c> or <c>first</c>.</param>
/// <param name="Changed">How many parameters are others after the step where another example takes the place of that on this side.</param>
/// <param name="Influence">The share of the loss's gradient that changes by the same; 0 where the loss does not know the example either.</param>
internal sealed record UnusedExamples(string Side, int Changed, double Influence)
{
    private const double Unheard = 1e-6;
    private const int Seeds = 5;

    /// <summary>What cuts a batch.</summary>
    private static readonly string[] Cuts = ["Take", "SkipLast", "Skip", "TakeLast", "chunk", "split", "tensor_split", "narrow", "slice"];

    private bool IsLast => Side == "last";

    /// <summary>Whether the step does not use it and the loss would.</summary>
    public bool IsLeftOut => Changed == 0 && Influence > Unheard;

    /// <summary>Of the last and of the first example of a batch of at least two, each on a build of its own.</summary>
    public static IReadOnlyList<UnusedExamples> Of(Trial trial, Batch batch)
    {
        using Stepped usual = Stepped.By(trial, batch);
        UnusedExamples[] sides = [.. new[] { true, false }.Select(last =>
        {
            Batch other = Replaced(trial, batch, last, 1);
            using Stepped stepped = Stepped.By(trial, other);
            return new UnusedExamples(last ? "last" : "first", usual.Differences(stepped), InfluenceOf(trial, batch, other));
        })];
        if (!sides.Any(side => side.IsLeftOut)) return sides;
        // A step that no example changes is another check's, and one that draws its examples leaves out others with other seeds.
        using Stepped none = Stepped.By(trial, Replaced(trial, batch, last: true, batch.Size - 1));
        bool hears = usual.Differences(none) > 0;
        return [.. sides.Where(side => !side.IsLeftOut || (hears && Enumerable.Range(1, Seeds).All(seed => side.IsLeftOutWith(trial, batch, seed))))];
    }

    /// <summary>How many examples on this side are left out, found by halves.</summary>
    public long Count(Trial trial, Batch batch)
    {
        using Stepped usual = Stepped.By(trial, batch);
        long known = 1, over = batch.Size;
        while (over - known > 1)
        {
            long middle = (known + over) / 2;
            using Stepped stepped = Stepped.By(trial, Replaced(trial, batch, IsLast, middle));
            if (usual.Differences(stepped) == 0) known = middle;
            else over = middle;
        }
        return known;
    }

    /// <summary>Why, and where the step cuts the batch.</summary>
    public (Cause Cause, Place Where) Explain(Trial trial, Batch batch)
    {
        long count = Count(trial, batch);
        SuspectCall? cut = Cuts.Select(name => SuspectCalls.Find([trial.Setup.Step!.Method], callee => callee.Name == name && (callee.DeclaringType == typeof(Enumerable) || callee.DeclaringType == typeof(Tensor)))).FirstOrDefault(call => call is not null);
        return (new(
            $"the {Side} {Numbers.Text(count)} of {Numbers.Text(batch.Size)} examples of a batch are left out by Step: with others in their place the weights after it are the same to the bit",
            "let the step go through all parts of its batch, the last one too: ceiling, not floor, where they are counted"), new(nameof(Setup.Step), cut?.Source));
    }

    private bool IsLeftOutWith(Trial trial, Batch batch, int seed)
    {
        using Stepped usual = Stepped.By(trial, batch, seed), stepped = Stepped.By(trial, Replaced(trial, batch, IsLast, 1), seed);
        return usual.Differences(stepped) == 0;
    }

    private static Batch Replaced(Trial trial, Batch batch, bool last, long count)
    {
        long n = batch.Size;
        return trial.Own(batch.At([.. Enumerable.Range(0, (int)n).Select(i => last ? (i >= n - count ? 0 : i) : i < count ? n - 1 : (long)i)]));
    }

    private static double InfluenceOf(Trial trial, Batch batch, Batch other)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = enable_grad();
        Parameter[] parameters = [.. trial.Model.parameters().Where(parameter => parameter.requires_grad)];
        Tensor[] Gradients(Batch of)
        {
            Tensor loss = trial.MeasuredLoss(of);
            return [.. trial.Gradients(loss, parameters, ones_like(loss)).Select((gradient, i) => (gradient ?? zeros_like(parameters[i])).detach().to(ScalarType.Float64))];
        }
        Tensor[] first = Gradients(batch), second = Gradients(other);
        double size = first.Sum(one => one.square().sum().ToDouble()), apart = first.Zip(second).Sum(pair => (pair.First - pair.Second).square().sum().ToDouble());
        return size > 0 ? Math.Sqrt(apart / size) : 0;
    }

    /// <summary>The parameters after one step of a fresh build.</summary>
    private sealed class Stepped : IDisposable
    {
        private readonly List<Tensor> _after = [];

        public static Stepped By(Trial trial, Batch batch, int seed = 0)
        {
            using Trial build = trial.Again(setup => setup with { Seed = setup.Seed + seed });
            build.Step(batch);
            var made = new Stepped();
            made._after.AddRange(build.Model.parameters().Select(TensorBits.Copy));
            return made;
        }

        public int Differences(Stepped other) => _after.Zip(other._after).Count(pair => !TensorBits.Same(pair.First, pair.Second));

        public void Dispose() => _after.ForEach(tensor => tensor.Dispose());
    }
}

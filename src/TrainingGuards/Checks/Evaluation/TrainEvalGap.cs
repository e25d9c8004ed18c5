using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Evaluation;

/// <summary>After some training, evaluation mode costs on a batch what training mode costs on it without dropout, and running statistics are those of the data.</summary>
/// <remarks>
/// The gap is (L_eval − L_train) / max(L_train, L_eval, L₀/5) ≤ 0.5, without a normalisation by absolute value, where L₀ is the loss of the untrained model: a gap below a tenth of that is none. Dropout is switched off, so that what
/// is left is what normalisations do. Statistics lag while weights move, so the model first sees batches without learning, as many as its momentum needs. It cannot see statistics that are right at the
/// end and were wrong on the way. Cost: <c>steps</c> S and at most 40 F.
/// </remarks>
/// <param name="steps">How many training steps are made.</param>
public sealed class TrainEvalGap(int steps = 50) : Check
{
    private const double LargestGap = 0.5, LargestWeight = 0.5, LargestError = 8, SlowMomentum = 0.1;
    private const int SettlingPasses = 30;

    /// <summary>How many training steps are made.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Statistics move with at least one step.");

    /// <inheritdoc/>
    public override string Claim => "Evaluation mode costs on a batch what training mode costs on it, but for dropout.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        _ = trial.Optimizers;
        (string Path, NormBase Norm)[] tracked = [.. ModelTensors.Modules(trial.Model).Where(part => part.Module is NormBase { running_mean: not null, training: true }).Select(part => (part.Path, (NormBase)part.Module))];
        double first = LossOf(trial, trial.Batch);
        Tensor[] before = [.. tracked.Select(one => TensorBits.Copy(one.Norm.running_mean!))];
        bool[] moved;
        try
        {
            trial.Expect(Steps);
            for (int step = 0; step < Steps; step++) trial.Step(step == 0 ? trial.Batch : trial.PassingBatch());
            moved = [.. tracked.Zip(before, (one, copy) => !TensorBits.Same(one.Norm.running_mean!, copy))];
        }
        finally
        {
            foreach (Tensor copy in before) copy.Dispose();
        }
        using IDisposable dropout = new WithoutDropout(trial.Model);
        Batch batch = trial.NextBatch();
        // One pass for what the momentum does, before the statistics are settled.
        IReadOnlyList<BatchStatistics> weights = BatchStatistics.Of(trial, batch);
        Settle(trial, tracked);
        double evaluated, trained = LossOf(trial, batch), second = LossOf(trial, batch);
        using (trial.Evaluating()) evaluated = LossOf(trial, batch, train: false);
        // Its running means are still those of the passes before, but for this batch's share.
        IReadOnlyList<BatchStatistics> statistics = tracked.Length == 0 ? [] : BatchStatistics.Of(trial, trial.NextBatch());
        bool random = trained != second;
        // By the few numbers of a small batch, training is worse than evaluation, and no fault.
        bool bothWays = !ModelTensors.Modules(trial.Model).Any(part => part.Module is NormBase);
        double gap = (bothWays ? Math.Abs(evaluated - trained) : evaluated - trained) / Math.Max(Math.Max(Math.Abs(trained), Math.Abs(evaluated)), Math.Abs(first) / 5);

        var claims = new List<Measurement>();
        if (!random) claims.Add(new($"{(bothWays ? "|L_eval − L_train|" : "(L_eval − L_train)")} / max(L_train, L_eval, L₀/5)", Bound.AtMost(LargestGap), gap, $"with L_train = {Numbers.Text(trained)}, L_eval = {Numbers.Text(evaluated)}"));
        if (tracked.Length > 0)
        {
            claims.Add(new($"running mean moved by the first {Numbers.Text(Steps)} steps (1) or not (0):", Bound.Exactly(1), [.. tracked.Zip(moved, (one, did) => new Reading(did ? 1 : 0, one.Path))]));
            Reading[] shares = [.. weights.Where(one => !double.IsNaN(one.Weight)).Select(one => new Reading(one.Weight, one.Path))];
            if (shares.Length > 0) claims.Add(new("weight of the last batch in the running mean", Bound.Between(1e-6, LargestWeight), shares));
            Reading[] errors = [.. statistics.Where(one => !double.IsNaN(one.Error)).Select(one => new Reading(one.Error, one.Path))];
            if (errors.Length > 0) claims.Add(new("running mean against the batch's own, in standard errors", Bound.AtMost(LargestError), errors));
        }
        string[] stateless = [.. weights.Where(one => double.IsNaN(one.Weight)).Select(one => one.Path)];
        if (stateless.Length > 0) claims.Add(new("normalises by running statistics in evaluation (1) or by the batch's (0):", Bound.Exactly(1), [.. stateless.Select(path => new Reading(0, path))]));
        if (claims.Count == 0) return Findings.NotApplicable($"training passes of {trial.Model.GetType().Name} draw random numbers that no Dropout module makes, and it has no running statistics");
        var findings = new Findings
        {
            Claims = claims,
            Controls = [new("change of the loss by training", Bound.MoreThan(0), Math.Abs(trained - first))],
            Notes =
            [
                .. random ? ["training passes draw random numbers though Dropout modules are switched off: the losses of the two modes are not compared"] : Array.Empty<string>(),
                .. Slow(tracked), .. Flat(tracked),
            ],
        };
        return claims.All(claim => claim.Holds) ? findings : Explain(trial, batch, findings, tracked, moved, weights, statistics, random);
    }

    private Findings Explain(Trial trial, Batch batch, Findings findings, (string Path, NormBase Norm)[] tracked, bool[] moved, IReadOnlyList<BatchStatistics> weights, IReadOnlyList<BatchStatistics> statistics, bool random)
    {
        var causes = new List<(Cause Cause, string Path)>();
        foreach (BatchStatistics one in weights.Where(one => one.Weight > LargestWeight))
            causes.Add((new($"the running mean of `{one.Path}` is {Numbers.Text(100 * one.Weight)} % that of the last batch: momentum is {Numbers.Text(one.Norm.momentum ?? double.NaN)}, the weight of the new batch and not that of all before", "leave momentum at 0.1; Keras' 0.9 is 0.1 here"), one.Path));
        foreach ((string path, NormBase norm) in tracked.Where(one => one.Norm.momentum == 0))
            causes.Add((new($"the running statistics of `{path}` stay at mean 0 and variance 1: momentum is 0", "leave momentum at 0.1"), path));
        string[] still = [.. tracked.Zip(moved).Where(pair => !pair.Second && pair.First.Norm.momentum != 0).Select(pair => pair.First.Path)];
        if (still.Length > 0)
            causes.Add((new($"the running statistics of {Words.List([.. still.Select(path => $"`{path}`")])} did not move in {Numbers.Text(Steps)} training steps: it is in evaluation mode in them, or not called", "call model.train() at the beginning of the step, after every evaluation", "TG2002"), still[0]));
        foreach (BatchStatistics one in weights.Where(one => double.IsNaN(one.Weight)))
            causes.Add((new($"`{one.Path}` has no running statistics and normalises by the batch in evaluation too", "leave out track_running_stats: false"), one.Path));
        if (causes.Count == 0)
        {
            foreach (BatchStatistics one in statistics.Where(one => one.Error > LargestError).OrderByDescending(one => one.Error).Take(1))
                causes.Add((new($"the running mean of `{one.Path}` is {Numbers.Text(one.Error)} standard errors from that of a batch: something sets it, or batches differ from one another", "give each batch examples of all kinds (shuffle), and let only the forward pass in training mode write running statistics"), one.Path));
        }
        if (causes.Count > 0) return findings with { Causes = [.. causes.Select(one => one.Cause)], Where = PlaceOf(trial.Model, causes[0].Path) };
        if (random || findings.Claims[0].Holds) return findings;
        Culprit? culprit = Localise(trial, batch);
        return culprit is null ? findings : findings with
        {
            Causes = [new($"`{culprit.Path}` gives other outputs in evaluation mode than in training mode, without dropout and for equal inputs", "let evaluation compute what training does: look at what forward does with `training`")],
            Where = culprit.Place(),
        };
    }

    /// <summary>Passes without learning, until what was there before weighs 5 % or less.</summary>
    private static void Settle(Trial trial, (string Path, NormBase Norm)[] tracked)
    {
        if (tracked.Length == 0) return;
        // One that is cumulative or forgets slowly would take hundreds of passes.
        (NormBase Norm, double? Momentum)[] slow = [.. tracked.Where(one => one.Norm.momentum is null or (> 0 and < SlowMomentum)).Select(one => (one.Norm, one.Norm.momentum))];
        try
        {
            foreach ((NormBase norm, _) in slow) norm.momentum = SlowMomentum;
            for (int pass = 0; pass < SettlingPasses; pass++)
            {
                using IDisposable scope = trial.Scope();
                using IDisposable grad = no_grad();
                trial.Model.train();
                trial.Forward(trial.PassingBatch().Inputs);
            }
        }
        finally
        {
            foreach ((NormBase norm, double? momentum) in slow) norm.momentum = momentum;
        }
    }

    private static double LossOf(Trial trial, Batch batch, bool train = true)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        if (train) trial.Model.train();
        return trial.Loss(trial.Forward(batch.Inputs), batch.Targets).ToDouble();
    }

    private static Culprit? Localise(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        trial.Model.train();
        IReadOnlyList<TraceEvent> training = ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs)), evaluation;
        using (trial.Evaluating()) evaluation = ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs));
        if (training.Count != evaluation.Count) return null;
        return Culprit.In(trial.Model, training, i => training[i].Tensors.Count == 0 ? null : training[i].Tensors.Zip(evaluation[i].Tensors).Any(pair =>
            !pair.First.shape.AsSpan().SequenceEqual(pair.Second.shape) || (pair.First.is_floating_point() && RelativeDistance.Of(pair.First, pair.Second, pair.First) > 0.1)));
    }

    private IEnumerable<string> Slow((string Path, NormBase Norm)[] tracked) => tracked
        .Where(one => one.Norm.momentum is > 0 && Math.Pow(1 - one.Norm.momentum.Value, Steps) > 0.5)
        .Select(one => $"momentum {Numbers.Text(one.Norm.momentum!.Value)} of `{one.Path}`: after {Numbers.Text(Steps)} steps evaluation still takes {Numbers.Text(100 * Math.Pow(1 - one.Norm.momentum.Value, Steps))} % of its statistics from before training; judged as after more steps");

    private static IEnumerable<string> Flat((string Path, NormBase Norm)[] tracked)
    {
        foreach ((string path, NormBase norm) in tracked)
        {
            using var scope = NewDisposeScope();
            long small = norm.running_var!.lt(norm.eps).sum().ToInt64();
            if (small > 0) yield return $"eps {Numbers.Text(norm.eps)} of `{path}` is above the variance of {Numbers.Text(small)} of {Numbers.Text(norm.num_features)} channels: they are hardly normalised";
        }
    }

    private static Place PlaceOf(nn.Module model, string path)
    {
        string owner = path.LastIndexOf('.') is >= 0 and var dot ? path[..dot] : "";
        nn.Module? module = owner.Length == 0 ? model : ModelTensors.Modules(model).Where(part => part.Path == owner).Select(part => part.Module).FirstOrDefault();
        return new(path, module is not null && !ModuleKind.IsTorch(module) && MethodLines.Constructor(module) is { } lines ? lines.Text(lines.First, lines.Last) : null);
    }
}

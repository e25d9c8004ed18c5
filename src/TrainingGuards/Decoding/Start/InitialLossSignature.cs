using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads from the value of the first loss what is wrong with the loss or what it is given.</summary>
internal static class InitialLossSignature
{
    private const double Tolerance = 0.05, Exact = 1e-3, Noted = 0.25;

    public static IReadOnlyList<Cause> Causes(Trial trial, InitialLoss observed)
    {
        LossProfile profile = observed.Profile;
        double loss = observed.Loss, batch = observed.BatchSize, classes = profile.Classes;
        string value = Numbers.Text(loss);
        var causes = new List<Cause>();
        if (profile.Kind == TargetKind.ClassesFromLogits && AtZeros(profile) is { } constant)
        {
            causes.Add(constant);
        }
        else if (profile.Kind == TargetKind.ClassesFromLogits && InitialLoss.ShareOfProbabilities(observed) > 0.5)
        {
            causes.Add(new(
                $"the output rows sum to 1 and the loss takes logits (it is {Numbers.Text(profile.Zero)} at zeros): softmax is applied twice",
                "remove the softmax before the loss", "TG4001"));
        }
        double part = observed.PartSize / batch;
        if (Near(observed.PartRatio, part))
        {
            causes.Add(new(
                $"the loss of {Numbers.Text(observed.PartSize)} examples is {Numbers.Text(observed.PartRatio)} of that of {Numbers.Text(batch)}: it is a sum over examples, not a mean",
                "leave out reduction: Reduction.Sum, or divide by the number of examples", "TG4008"));
        }
        else if (classes > 0 && Near(loss, Math.Log(batch)) && Near(observed.PartRatio, Math.Log(observed.PartSize) / Math.Log(batch)))
        {
            causes.Add(new(
                $"{value} is log {Numbers.Text(batch)}, the batch size, and falls to {Numbers.Text(loss * observed.PartRatio)} with {Numbers.Text(observed.PartSize)} examples: softmax runs over the batch",
                "give softmax the dimension of the classes, dim: -1", "TG6004"));
        }
        if (profile.Kind == TargetKind.ClassesFromLogProbabilities && Near(loss, -1 / classes))
        {
            causes.Add(new(
                $"{value} is −1/{Numbers.Text(classes)}: the loss takes log-probabilities and is given probabilities",
                "use log_softmax instead of softmax, or cross_entropy on the logits", "TG4002"));
        }
        else if (profile.Kind == TargetKind.ClassesFromLogProbabilities && loss < 0.5 * profile.Entropy)
        {
            causes.Add(new(
                $"{value} is near 0, and the loss of zeros is {Numbers.Text(profile.Zero)}: the loss takes log-probabilities and is given raw outputs",
                "use cross_entropy, or log_softmax before nll_loss", "TG4002"));
        }
        if (classes > 2 && causes.Count == 0 && (Near(profile.Zero, Math.Log(2)) || Near(profile.Zero, classes * Math.Log(2))))
            causes.Add(new($"the loss of zeros is {Numbers.Text(profile.Zero)}, a binary cross-entropy over {Numbers.Text(classes)} classes", "use cross_entropy where the classes exclude each other", "TG4003"));
        if (causes.Count == 0)
        {
            using var grad = enable_grad();
            if (LossGradient.Cut(trial, trial.Batch) is { } cut) causes.Add(cut);
        }
        if (causes.Count == 0) causes.Add(Stated(observed));
        return causes;
    }

    // What a softmax of zeros gives is 1/C each, so the loss of zeros tells what is done with it.
    private static Cause? AtZeros(LossProfile profile)
    {
        double classes = profile.Classes;
        string zeros = $"the loss of outputs that are all 0 is {Numbers.Text(profile.Zero)}", c = Numbers.Text(classes);
        bool Is(double value) => Math.Abs(profile.Zero - value) <= Exact * Math.Abs(value);
        if (Is(-1 / classes))
            return new($"{zeros} = −1/{c}, minus a probability: the loss takes log-probabilities and is given probabilities", "use log_softmax instead of softmax before nll_loss, or cross_entropy on the logits", "TG4002");
        if (Is((classes - 1) / (classes * classes)))
            return new($"{zeros} = ({c} − 1)/{c}², the squared error between a softmax and one-hot targets: where the softmax is sure and wrong it passes hardly any gradient", "use cross_entropy on the logits");
        // With two classes margins cost as much.
        if (classes > 2 && Is(1 / classes))
            return new($"{zeros} = 1/{c}, the squared error between outputs and one-hot targets, and not a cross-entropy", "use cross_entropy on the logits");
        return Is((classes - 1) / classes)
            ? new($"{zeros} = ({c} − 1)/{c}, as a multi-class margin loss or a summed squared error of probabilities costs, and not a cross-entropy", $"use cross_entropy on the logits; where a margin is meant, say {nameof(Checks.Init.InitialLossIsExpected)}(expected: …)")
            : null;
    }

    // Where the value is nobody's, what it says by itself.
    private static Cause Stated(InitialLoss observed)
    {
        LossProfile profile = observed.Profile;
        string value = Numbers.Text(observed.Loss), expected = $"where another loss is meant, say {nameof(Checks.Init.InitialLossIsExpected)}(expected: …)";
        if (profile.Kind == TargetKind.ClassesFromLogits && !Near(profile.Zero, Math.Log(profile.Classes)))
        {
            return new(
                $"the loss of outputs that are all 0 is {Numbers.Text(profile.Zero)}, and a cross-entropy over {Numbers.Text(profile.Classes)} classes costs log {Numbers.Text(profile.Classes)} = {Numbers.Text(Math.Log(profile.Classes))} there: it is another loss, or one that is scaled",
                $"use cross_entropy on the logits, its mean; {expected}");
        }
        if (profile.Classes > 0 && observed.Loss > Math.Log(profile.Classes) + Noted) return Overconfident(observed);
        if (!Near(observed.PartRatio, 1))
        {
            return new(
                $"the loss of {Numbers.Text(observed.PartSize)} examples is {Numbers.Text(observed.PartRatio)} of that of {Numbers.Text(observed.BatchSize)}: it is no mean over examples, or what one costs depends on the others",
                $"let {nameof(Checks.Wiring.LossIsMeanOverExamples)} show what each example adds to it");
        }
        if (profile.Classes > 0)
        {
            return new(
                $"{value} is less than a model can reach that knows nothing: H(π) = {Numbers.Text(profile.Entropy)}",
                $"let {nameof(Checks.Init.InitialOutputIgnoresLabels)} show whether the model is given the labels; {expected}");
        }
        using var scope = NewDisposeScope();
        Tensor outputs = observed.Outputs[0].detach().to(ScalarType.Float64), targets = observed.Targets[0].detach().to(ScalarType.Float64);
        double ours = Spread(outputs), theirs = Spread(targets);
        return new(
            $"the first outputs are {Numbers.Text(outputs.mean().ToDouble())} ± {Numbers.Text(ours)}, the targets {Numbers.Text(targets.mean().ToDouble())} ± {Numbers.Text(theirs)}",
            ours > theirs
                ? "scale inputs to about unit variance, and initialise the last layer with TorchSharp's default or smaller"
                : $"compare what the loss is given with the targets: the units of both, and what is done to them before; {expected}");
    }

    private static double Spread(Tensor numbers) => numbers.numel() > 1 ? numbers.std(unbiased: false).ToDouble() : 0;

    private static Cause Overconfident(InitialLoss observed)
    {
        using var scope = NewDisposeScope();
        Tensor rows = LossProfile.Rows(observed.Outputs[0].detach(), observed.Targets[0]);
        double sure = nn.functional.softmax(rows, -1).amax([-1L]).mean().ToDouble(), spread = rows.std().ToDouble();
        return new(
            $"the first predictions are sure of themselves ({Numbers.Text(sure * 100)} % for the likeliest class, outputs with a standard deviation of {Numbers.Text(spread)}): the weights or the inputs are too large",
            "scale inputs to about unit variance, and initialise the last layer with TorchSharp's default or smaller", null);
    }

    private static bool Near(double value, double signature) => Math.Abs(value - signature) <= Tolerance * Math.Abs(signature);
}

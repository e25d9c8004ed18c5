using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads from the value of the first loss what is wrong with the loss or what it is given.</summary>
internal static class InitialLossSignature
{
    private const double Tolerance = 0.05;

    public static IReadOnlyList<Cause> Causes(Trial trial, InitialLoss observed)
    {
        LossProfile profile = observed.Profile;
        double loss = observed.Loss, batch = observed.BatchSize, classes = profile.Classes;
        string value = Numbers.Text(loss);
        var causes = new List<Cause>();
        if (profile.Kind == TargetKind.ClassesFromLogits && InitialLoss.ShareOfProbabilities(observed) > 0.5)
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
        if (causes.Count == 0 && classes > 0 && loss > Math.Log(classes)) causes.Add(Overconfident(observed));
        return causes;
    }

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

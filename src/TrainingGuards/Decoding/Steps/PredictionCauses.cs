using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Why predictions do not settle, or say the same of all examples.</summary>
internal static class PredictionCauses
{
    // Of outputs that do not depend on the input rounding is left.
    private const double Constant = 1e-6;

    // A distribution of so many nats says one class.
    private const double Sure = 0.05;

    /// <summary>The likely causes, with what betrays them; none where the output is sound.</summary>
    public static IEnumerable<Cause> Of(PredictionHistory output, double change, double wrong, double spread, double rate)
    {
        string looks = $"the last {Numbers.Text(PredictionHistory.Enough)} looks";
        if (output.Kind != PredictionKind.Numbers && !output.IsOfOneClass && output.WrongForAll > wrong)
        {
            string same = $"all {Numbers.Text(output.Now.Count)} predictions are of one class in {looks}, now of class {Numbers.Text(output.Now.Top)}, and the targets of {Numbers.Text(output.Now.Classes)}";
            yield return output.First.Entropy < Sure ? Certain(output, $"{same}; they are sure of it, with an entropy of {Numbers.Text(output.Now.Entropy)} nats", rate)
                : output.Spread < Constant ? Deaf(output, $"{same}; the probabilities differ among the examples by {Numbers.Text(output.Spread)}", rate)
                : output.Now.Entropy < Sure ? Certain(output, $"{same}; they are sure of it, with an entropy of {Numbers.Text(output.Now.Entropy)} nats", rate)
                : new($"{same}; an entropy of {Numbers.Text(output.Now.Entropy)} nats says that they are not sure", "little is learnt: see whether OneBatchOverfits holds, and raise the learning rate where UpdatesAreProportionate finds it low");
        }
        if (output.Kind == PredictionKind.Numbers && output.HasTargets && output.Spread < spread)
        {
            yield return output.Spread < Constant ? Deaf(output, $"the predictions differ among the examples by {Numbers.Text(output.Spread)} of what targets do", rate)
                : new($"the predictions differ among the examples by {Numbers.Text(output.Spread)} of what targets do: all are near their mean", "little is learnt: see whether OneBatchOverfits holds, whether prediction and target have one shape (LossIsMeanOverExamples), and raise the learning rate where UpdatesAreProportionate finds it low");
        }
        if (!(output.Change > change)) yield break;
        string unsettled = $"from look to look predictions change by {Numbers.Text(output.Change)} of what unrelated ones would";
        yield return output.First.WithoutStep > change / 2
            ? new($"{unsettled}; two passes without a step between them differ by {Numbers.Text(output.First.WithoutStep)}: they are random in evaluation mode", "look for functional.dropout without training: (EvaluationIsRepeatable finds the module)", "TG2005")
            : Rate($"{unsettled}, at a learning rate of {Numbers.Text(rate)}: each step undoes what others learnt");
    }

    // What the first look did not show came with training.
    private static Cause Deaf(PredictionHistory output, string evidence, double rate) => output.First.Spread < Constant
        ? new($"{evidence}: they do not depend on the inputs, and did not at the first look", "InputMatters and ReluUnitsFire say why: an input that is overwritten, a layer without a unit that fires")
        : Rate($"{evidence}, and by {Numbers.Text(output.First.Spread)} at the first look: training has cut them from the inputs, at a learning rate of {Numbers.Text(rate)}");

    private static Cause Certain(PredictionHistory output, string evidence, double rate) => output.First.Entropy < Sure
        ? new($"{evidence}, and were at the first look", "look at the bias and the weights of the last layer: InitialPredictionsAreUncertain and FinalBiasMatchesPrior say by how much")
        : Rate($"{evidence}, at a learning rate of {Numbers.Text(rate)}");

    private static Cause Rate(string evidence) => new(evidence, "lower the learning rate or warm it up, and decay it towards the end", "TG8006");
}

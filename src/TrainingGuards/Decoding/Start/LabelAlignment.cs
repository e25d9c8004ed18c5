using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How well the outputs of each class, on average, prefer that class over the others: 1 where they all do alike, 0 where they do as chance has it.</summary>
/// <param name="Cosine">The cosine between the class means of the outputs, centred over examples and over classes, and the identity matrix.</param>
/// <param name="Gap">By how much the outputs of a class exceed the others', on average, in their own unit.</param>
/// <param name="Classes">How many classes, or columns of zeros and ones, it was read from.</param>
/// <param name="Chance">The standard deviation of the cosine over models whose last layer is drawn: 1/(classes − 1), whatever its rank; 1/√columns.</param>
internal sealed record LabelAlignment(double Cosine, double Gap, long Classes, double Chance)
{
    // The table of classes has a row and a column each.
    private const long Most = 512;

    public static LabelAlignment Of(FirstPredictions predictions) => Of(predictions, predictions.Outputs);

    /// <summary>That of other outputs with the labels of the predictions.</summary>
    public static LabelAlignment Of(FirstPredictions predictions, Tensor outputs)
    {
        using var scope = NewDisposeScope();
        double floor = 1e-6 * outputs.abs().max().ToDouble();
        return predictions.AreClasses ? OfClasses(outputs, predictions.Targets, floor) : OfColumns(outputs, predictions.Targets, floor);
    }

    private static LabelAlignment OfClasses(Tensor outputs, Tensor hot, double floor)
    {
        Tensor counts = hot.sum(dim: 0), present = counts.argsort(0, descending: true).narrow(0, 0, Math.Min(Most, counts.gt(0).sum().ToInt64()));
        long classes = present.shape[0];
        if (classes < 2) return new(0, 0, classes, 1);
        Tensor means = hot.index_select(1, present).t().matmul(outputs.index_select(1, present)) / counts.index_select(0, present).unsqueeze(1);
        means = means - means.mean([0L], keepdim: true);
        means = means - means.mean([1L], keepdim: true);
        double along = means.diagonal(0, 0, 1).sum().ToDouble();
        return new(Cosinus(along, means, floor) / Math.Sqrt(classes - 1), along / (classes - 1), classes, 1.0 / (classes - 1));
    }

    // Each column of zeros and ones by itself: how much larger its outputs are where it is 1.
    private static LabelAlignment OfColumns(Tensor outputs, Tensor ones, double floor)
    {
        Tensor share = ones.mean([0L]), both = share.gt(0).logical_and(share.lt(1)).nonzero().flatten();
        long columns = both.shape[0];
        if (columns == 0) return new(0, 0, 1, 1);
        Tensor label = ones.index_select(1, both), output = outputs.index_select(1, both);
        Tensor apart = ((label * output).sum(dim: 0) / label.sum(dim: 0)) - (((1 - label) * output).sum(dim: 0) / (1 - label).sum(dim: 0));
        double along = apart.sum().ToDouble();
        return new(Cosinus(along, apart, floor) / Math.Sqrt(columns), along / columns, columns + 1, 1 / Math.Sqrt(columns));
    }

    // What is left of a constant is rounding.
    private static double Cosinus(double along, Tensor all, double floor) => all.square().sum().sqrt().ToDouble() is var size && size > floor ? along / size : 0;
}

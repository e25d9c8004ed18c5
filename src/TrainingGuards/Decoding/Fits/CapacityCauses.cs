using TrainingGuards.Fitting;
using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Why a wider model fits its training examples worse.</summary>
internal static class CapacityCauses
{
    // Of an initialisation that is scaled by fan-in the outputs are as large at any width.
    private const double Grown = 1.5;

    public static IReadOnlyList<Cause> Of(WidthRuns narrow, WidthRuns wide, WidthRuns? unpenalised)
    {
        string worse = $"at {Numbers.Text(wide.Width)} times the width the training loss is {Numbers.Text(wide.Mean)}, at {Numbers.Text(narrow.Width)} {Numbers.Text(narrow.Mean)}, at a learning rate divided by the width too";
        if (unpenalised is { } free && free.Mean <= (narrow.Mean + wide.Mean) / 2)
            return [new($"{worse}; without the penalty {Numbers.Text(free.Mean)}: it grows with the number of weights", "weigh the penalty by the number of weights, or tune it for each width")];
        if (wide.FirstOutput > Grown * narrow.FirstOutput)
            return [new($"{worse}; untrained outputs grow with the width, from {Numbers.Text(narrow.FirstOutput)} to {Numbers.Text(wide.FirstOutput)}: weights or sums are not scaled by their number of inputs", "initialise by fan-in (kaiming_ or xavier_), and take means where sums grow with the width; SignalPropagates shows the layer")];
        return [new($"{worse}; untrained outputs are {Numbers.Text(narrow.FirstOutput)} and {Numbers.Text(wide.FirstOutput)}", "look for regularisation that grows with the width, and for a part that is shared out over more units")];
    }
}

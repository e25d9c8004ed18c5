using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>What is wrong where the output at a position is not asked for the token that follows it.</summary>
internal static class ShiftCauses
{
    /// <summary>The cause where the targets are found at another shift.</summary>
    /// <param name="shift">Where the targets lie to the inputs.</param>
    /// <param name="best">The shift at which they are found.</param>
    /// <param name="ahead">How far the loss compares outputs with later targets.</param>
    /// <param name="measured">Whether that was measured.</param>
    public static Cause OfShift(TargetShift shift, int best, int ahead, bool measured)
    {
        string data = $"{Numbers.Text(Math.Floor(1000 * shift.Share(best)) / 10)} % of the targets are the inputs' token {Where(best)}";
        string loss = !measured ? "" : ahead == 0 ? ", and the loss compares each output with the target of its own position" : $", and the loss compares output t with target {At(ahead)}";
        string both = $"{data}{loss}: ";
        return (best + ahead) switch
        {
            0 => new(both + "each output is asked for the token that it is shown, and copies it", "shift the targets: inputs text[..^1], targets text[1..]", "TG4005"),
            2 when ahead != 0 => new(both + "the targets are shifted twice, in the data and in the loss", "shift in one place: give the loss outputs and targets as they are, or give it targets that are the inputs"),
            2 => new(both + "each output is asked for the token after the next", "shift the targets by one: inputs text[..^1], targets text[1..]"),
            < 0 and var back => new(both + $"each output is asked for a token that it has seen ({Numbers.Text(-back)} before its own): the shift goes the wrong way", "exchange the two: inputs text[..^1], targets text[1..]; roll(−1, 1) in place of roll(1, 1)"),
            var far => new(both + $"each output is asked for the token {Numbers.Text(far)} after its own", "shift the targets by one: inputs text[..^1], targets text[1..]"),
        };
    }

    /// <summary>The cause where the targets are those of other examples.</summary>
    public static Cause OfOthers(double share) => new(
        $"the targets of {Numbers.Text(Math.Floor(1000 * share) / 10)} % of the examples follow the inputs of another example of the batch: inputs and targets are in different orders",
        "shuffle examples as pairs: index inputs and targets with the same order");

    /// <summary>The cause where the loss has no output for a target.</summary>
    public static Cause OfLoss(LossPairing pairing) => new(
        $"a target changes the loss's gradient at outputs of other positions or examples (its own have {Numbers.Text(100 * pairing.Shares.Min(reading => reading.Value))} % of the change): outputs and targets are flattened in different orders",
        "bring the classes last before reshape(−1, classes): permute(0, 2, 1) from [batch, classes, time], transpose(0, 1) from [time, batch, classes]", "TG6001");

    /// <summary>The place: the loss where that shifts or mixes, else where the batch is made.</summary>
    public static Place Place(Setup setup, bool inLoss)
    {
        (string name, MethodInfo? method) = inLoss ? ("Setup.Loss", (setup.Loss ?? setup.JointLoss ?? (Delegate?)setup.LossTerms)?.Method) : ("Setup.Batch", setup.Batch?.Method);
        if (!inLoss && method is null) return new("Setup.Training");
        return new(name, method is not null && MethodLines.Of(method) is { } lines ? lines.Text(lines.First, lines.Last) : null);
    }

    private static string Where(int shift) => shift switch
    {
        0 => "of their own position",
        1 => "after their own",
        > 0 => $"{Numbers.Text(shift)} after their own",
        _ => $"{Numbers.Text(-shift)} before their own",
    };

    private static string At(int ahead) => ahead > 0 ? $"t + {Numbers.Text(ahead)}" : $"t − {Numbers.Text(-ahead)}";
}

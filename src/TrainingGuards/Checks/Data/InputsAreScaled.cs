using TrainingGuards.Decoding;
using TrainingGuards.Exhibits;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Data;

/// <summary>Every channel of the inputs has numbers of about unit size: a standard deviation from 0.05 to 20, a mean not far off 0, and none that is NaN.</summary>
/// <remarks>
/// Where the model scales its inputs by itself, what enters its first layer is judged. It cannot see integer inputs, nor whether width and height are swapped. Cost: an epoch of
/// data, or 500 examples where the setup has only a Batch; 1 F more to explain a failure.
/// </remarks>
/// <param name="smallestDeviation">The least standard deviation; a channel with a range of ten times that is wide enough too.</param>
/// <param name="largestDeviation">The greatest standard deviation.</param>
/// <param name="offsetDeviations">How many standard deviations the mean may lie outside −2 to 2.</param>
public sealed class InputsAreScaled(double smallestDeviation = 0.05, double largestDeviation = 20, double offsetDeviations = 3) : Check
{
    private const long Drawn = 500, Enough = 16;
    // What every run of a suite copies to the host is kept small; the gallery shows more.
    private const int Shown = 8, Pixels = 32;
    private const double FreeOffset = 2, Ranges = 10;

    /// <summary>The least standard deviation.</summary>
    public double SmallestDeviation { get; } = smallestDeviation;

    /// <summary>The greatest standard deviation.</summary>
    public double LargestDeviation { get; } = largestDeviation;

    /// <summary>How many standard deviations the mean may lie outside −2 to 2.</summary>
    public double OffsetDeviations { get; } = offsetDeviations;

    /// <inheritdoc/>
    public override string Claim => "The inputs are numbers of about unit size.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Findings seen = new();
        IReadOnlyList<ChannelStatistics> inputs = InputStatistics.Of(Looked(TrainingBatches.Of(trial, Drawn), first => seen = Seen(first)));
        try
        {
            if (inputs.Count == 0) return Findings.NotApplicable("the inputs are integers, such as tokens or bytes that the model scales by itself");
            Findings findings = Judge(inputs) with { Histograms = seen.Histograms, Sheets = seen.Sheets };
            if (findings.Claims.All(claim => claim.Holds) || !findings.Claims[0].Holds || inputs.Count > 1) return findings;
            return ScaledByTheModel(trial) is var (own, path) && own.Claims.All(claim => claim.Holds)
                ? own with { Histograms = seen.Histograms, Sheets = seen.Sheets, Controls = findings.Controls, Notes = [.. findings.Notes, $"the model scales its inputs: what enters `{path}` is judged"] }
                : findings;
        }
        finally
        {
            foreach (ChannelStatistics input in inputs) input.Dispose();
        }
    }

    private static IEnumerable<Batch> Looked(IEnumerable<Batch> batches, Action<Batch> look)
    {
        bool first = true;
        foreach (Batch batch in batches)
        {
            if (first) look(batch);
            first = false;
            yield return batch;
        }
    }

    // The first batch as the setup yields it; what the model makes of it is for the report's gallery.
    private static Findings Seen(Batch batch)
    {
        if (batch.Inputs.Count == 0 || batch.Size == 0) return new();
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Batch few = batch.First(Shown);
        return new()
        {
            Histograms = [.. Enumerable.Range(0, batch.Inputs.Count).Select(i => ExampleSheet.Spread(batch.Inputs.NameOf(i, "input"), batch.Inputs[i])).OfType<Histograms>()],
            Sheets = [.. InputPictures.Sheets(few.Inputs, few.Size, TargetWords.Captions(few), Pixels)],
        };
    }

    private Findings Judge(IReadOnlyList<ChannelStatistics> inputs)
    {
        (ChannelStatistics Input, int Channel)[] all = [.. inputs.SelectMany(input => Enumerable.Range(0, input.Channels).Select(channel => (input, channel)))];
        (ChannelStatistics Input, int Channel)[] varying = [.. all.Where(one => one.Input.Lowest(one.Channel) < one.Input.Highest(one.Channel))];
        Reading[] Readings(IEnumerable<(ChannelStatistics Input, int Channel)> of, Func<ChannelStatistics, int, double> value) => [.. of.Select(one => new Reading(value(one.Input, one.Channel), one.Input.At(one.Channel)))];
        Measurement[] claims =
        [
            new("NaN or infinite numbers", Bound.Exactly(0), Readings(all, (input, channel) => input.NotFinite(channel))),
            new("channels that vary", Bound.AtLeast(1), varying.Length, "of all inputs"),
            new("standard deviation", Bound.AtMost(LargestDeviation), Readings(varying, (input, channel) => input.Deviation(channel))),
            new($"standard deviation, or a tenth of the range where that is more,", Bound.AtLeast(SmallestDeviation), Readings(varying, (input, channel) => Math.Max(input.Deviation(channel), (input.Highest(channel) - input.Lowest(channel)) / Ranges))),
            new("standard deviations that the mean lies outside −2 to 2", Bound.AtMost(OffsetDeviations), Readings(varying, (input, channel) => Math.Max(0, Math.Abs(input.Mean(channel)) - FreeOffset) / input.Deviation(channel))),
        ];
        var causes = new List<Cause>();
        double missing = claims[0].Readings.Sum(reading => reading.Value);
        if (missing > 0)
            causes.Add(new($"{Numbers.Text(missing)} numbers are NaN or infinite, {Numbers.Text(claims[0].Worst.Value)} of them {claims[0].Worst.Culprit}: values that are missing, or a division by a standard deviation of 0", "drop or fill them where the data is read, and divide by 1 where a column is constant"));
        if (varying.Length == 0)
            causes.Add(new($"all numbers are {Numbers.Text(inputs[0].Mean(0))}: the examples were not read", "look at one example as it is given to the model"));
        foreach (Measurement claim in claims.Skip(2).Where(claim => claim.Outside > 0))
        {
            (ChannelStatistics input, int channel) = varying.First(one => one.Input.At(one.Channel) == claim.Worst.Culprit);
            causes.Add(ScaleCauses.Of(input, channel));
        }
        string[] constant = [.. all.Except(varying).Select(one => $"{one.Input.At(one.Channel)[3..]} is {Numbers.Text(one.Input.Mean(one.Channel))}")];
        return new()
        {
            Claims = varying.Length == 0 ? claims[..2] : claims,
            Controls = [new("examples read", Bound.AtLeast(Enough), inputs.Min(input => input.Examples))],
            Causes = [.. causes.Distinct()],
            Notes = constant.Length > 0 && varying.Length > 0 ? [$"constant: {Words.List(constant)}"] : [],
        };
    }

    /// <summary>The same of what enters the first layer with weights, in training mode, as batch normalisation scales in it; null where hooks see none.</summary>
    private (Findings Findings, string Path)? ScaledByTheModel(Trial trial)
    {
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        Batch batch = trial.Batch;
        nn.Module[] layers = [.. WeightedLayer.In(trial.Model).Select(layer => layer.Module)];
        TraceEvent? first = ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs))
            .FirstOrDefault(at => at.Entered && layers.Contains(at.Module, ReferenceEqualityComparer.Instance));
        if (first is null) return null;
        IReadOnlyList<ChannelStatistics> entering = InputStatistics.Of([new Batch(first.Tensors, batch.Targets)]);
        try
        {
            return entering.Count == 0 ? null : (Judge(entering), first.Path);
        }
        finally
        {
            foreach (ChannelStatistics input in entering) input.Dispose();
        }
    }
}

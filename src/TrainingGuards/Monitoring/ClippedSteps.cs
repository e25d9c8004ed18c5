using TrainingGuards.Reporting;

namespace TrainingGuards.Monitoring;

/// <summary>The norms of a training's gradients before they are clipped to a limit.</summary>
/// <param name="kept">Steps of which clipping leaves less than this part are cut hard.</param>
internal sealed class ClippedSteps(double kept)
{
    private readonly MedianOfMany _norms = new();
    private readonly Series _history = new();
    private long _clipped;
    private long _hard;
    private double _limit = double.NaN;

    /// <summary>How many steps there were.</summary>
    public long Count => _norms.Count;

    /// <summary>The part of them that clipping cuts at all.</summary>
    public double Clipped => (double)_clipped / Count;

    /// <summary>The part of them of which it leaves less than what is to be kept.</summary>
    public double Hard => (double)_hard / Count;

    /// <summary>The norms over the limit, for the eye.</summary>
    public Curve Curve => new("gradient norm over its limit", _history.Values);

    /// <summary>What clipping does, in words.</summary>
    public string Text =>
        $"the limit of {Numbers.Text(_limit)} clips {Numbers.Text(100 * Clipped)} % of {Numbers.Text(Count)} steps; the norm is {Numbers.Text(_norms.Median)} in the median, {Numbers.Text(_norms.Median / _limit)} times the limit";

    /// <summary>A limit that clips less, for a beginning.</summary>
    public double Better => _norms.Median * 2;

    /// <summary>Takes in a step; one whose norm is not finite is passed over.</summary>
    public void Add(double norm, double limit)
    {
        if (!double.IsFinite(norm)) return;
        _limit = limit;
        _norms.Add(norm);
        _history.Add(norm / limit);
        if (norm > limit) _clipped++;
        if (limit < kept * norm) _hard++;
    }
}

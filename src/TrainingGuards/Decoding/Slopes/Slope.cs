namespace TrainingGuards.Decoding;

/// <summary>A directional derivative, as the gradient says it and as central differences measure it.</summary>
/// <param name="Along">The direction, in words.</param>
/// <param name="Said">⟨gradient, direction⟩.</param>
/// <param name="Measured">(f(x + hd) − f(x − hd)) / 2h.</param>
/// <param name="Scale">The root mean square of ⟨gradient, direction⟩ over such directions, or |measured| where that is larger.</param>
/// <param name="IsKnown">Whether two steps of different lengths measured the same, or the gradient's.</param>
internal sealed record Slope(string Along, double Said, double Measured, double Scale, bool IsKnown)
{
    private const int Shrinkings = 3;

    /// <summary>|measured − said| / scale.</summary>
    public double Error => Scale > 0 ? Math.Abs(Measured - Said) / Scale : 0;

    /// <summary>Measures one.</summary>
    /// <param name="along">The direction, in words.</param>
    /// <param name="said">⟨gradient, direction⟩.</param>
    /// <param name="spread">The root mean square of that over such directions.</param>
    /// <param name="start">The first length of a step; shorter ones follow where the slope is not the gradient's, to tell curvature and kinks from a wrong gradient.</param>
    /// <param name="tolerance">The error up to which both are the same.</param>
    /// <param name="here">The function at the point itself.</param>
    /// <param name="noise">By how much two evaluations differ by rounding.</param>
    /// <param name="agree">How far, relative to the scale, two steps may differ at most to count as the same.</param>
    /// <param name="at">The function at a multiple of the direction.</param>
    public static Slope Of(string along, double said, double spread, double start, double tolerance, double here, double noise, double agree, Func<double, double> at)
    {
        // Long enough for rounding to stay below a fifth of the tolerance, where that is not too long.
        double step = spread > 0 ? Math.Clamp(5 * noise / (tolerance * spread), start, 30 * start) : 30 * start;
        double? before = null;
        Slope found = new(along, said, double.NaN, spread, IsKnown: false);
        for (int shrinking = 0; shrinking <= Shrinkings; shrinking++, step /= 4)
        {
            double ahead = (at(step) - here) / step, behind = (here - at(-step)) / step, measured = (ahead + behind) / 2, blur = noise / step;
            double scale = Math.Max(spread, Math.Abs(measured));
            if (!double.IsFinite(measured)) continue;
            if (blur > tolerance * scale) return found;
            found = new(along, said, measured, scale, IsKnown: false);
            if (found.Error <= tolerance) return found with { IsKnown = true };
            // A wrong gradient stays wrong by the same amount: curvature shrinks 16-fold from step to step, and a jump grows.
            // At a kink, the slopes on both sides are no nearer to each other for a shorter step, and the gradient is one of them.
            bool between = said >= Math.Min(ahead, behind) - (tolerance * scale) && said <= Math.Max(ahead, behind) + (tolerance * scale);
            if (!between && before is { } longer && Math.Abs(measured - longer) <= Math.Min(0.25 * Math.Abs(measured - said), agree * scale)) return found with { IsKnown = true };
            before = measured;
        }
        return found;
    }
}

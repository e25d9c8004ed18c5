using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads from how a function differs from its loop, and for which sizes, what went wrong in it.</summary>
internal static class LoopCauses
{
    /// <summary>The likely cause; null where the numbers point to none.</summary>
    public static Cause? Of(IReadOnlyList<LoopRun> runs, double tolerance)
    {
        LoopRun[] wrong = [.. runs.Where(run => !(run.Difference <= tolerance))];
        if (wrong.All(run => run.Sizes.Values.Contains(1)))
        {
            string[] names = [.. wrong.SelectMany(run => run.Sizes.Where(size => size.Value == 1)).Select(size => $"`{size.Key}`").Distinct()];
            return new($"it is right for all other sizes, and wrong where {Words.List(names)} is 1{Thrown(wrong[0])}: a squeeze drops it, or it is broadcast", "give squeeze the dimension that it is to drop", "TG6003");
        }
        LoopRun first = wrong.First(run => !run.Sizes.Values.Contains(1));
        if (first.Vectorized is not { } all || all.Count != first.Looped.Count)
            return first.Thrown is null ? null : new($"it throws{Thrown(first)}", "bring it to run on inputs of these sizes, as the loop does");
        using var scope = NewDisposeScope();
        for (int k = 0; k < all.Count; k++)
        {
            Tensor fast = all[k].detach().to(ScalarType.Float64), loop = first.Looped[k].detach().to(ScalarType.Float64);
            if (fast.numel() != loop.numel() || Same(fast, loop, tolerance)) continue;
            if (Order(fast, loop, tolerance) is { } order)
                return new($"its dimensions are in another order: {ShapeText.Of(fast)} is {ShapeText.Of(loop)} permuted", $"return it with permute({string.Join(", ", order)})", "TG6001");
            if (loop.dim() > 1 && Same(fast.flatten().sort().Values, loop.flatten().sort().Values, tolerance))
                return new("it gives the same numbers at other places: a view or reshape where a permute was meant", "use permute or transpose to change the order of dimensions, and view only to merge or split neighbours", "TG6001");
            if (Ratio(fast, loop, tolerance) is { } ratio)
            {
                string? Named(double value) => wrong.Where(run => !run.Sizes.Values.Contains(1) && run.Vectorized is not null)
                    .Select(run => run.Sizes.Where(size => Math.Abs((Ratio(run.Vectorized![k].detach().to(ScalarType.Float64), run.Looped[k].detach().to(ScalarType.Float64), tolerance) is { } own ? value > 1 ? own : 1 / own : 0) - size.Value) < 1e-3).Select(size => size.Key))
                    .Aggregate((a, b) => a.Intersect(b)).FirstOrDefault();
                if (Named(ratio) is { } name)
                    return ratio > 1
                        ? new($"it is {Numbers.Text(ratio)} times the loop's with {name} = {Numbers.Text(ratio)}, whatever that is: a sum over `{name}` where the loop takes the mean", $"divide by the size of `{name}`", "TG6004")
                        : new($"it is a {Numbers.Text(1 / ratio)}th of the loop's with {name} = {Numbers.Text(1 / ratio)}, whatever that is: a mean over `{name}` where the loop takes the sum", $"do not divide by the size of `{name}`", "TG6004");
                return new($"it is {Numbers.Text(ratio)} times the loop's everywhere", "look for a constant factor, or a sign");
            }
            for (int d = 0; d < fast.dim() && fast.shape.AsSpan().SequenceEqual(loop.shape); d++)
            {
                if (fast.shape[d] > 1 && Same(fast, fast.narrow(d, 0, 1).expand(fast.shape), tolerance) && !Same(loop, loop.narrow(d, 0, 1).expand(loop.shape), tolerance))
                    return new($"it is the same along dimension {Numbers.Text(d)}, where the loop's differs: something is reduced over that dimension and broadcast", "reduce over the dimension that the loop sums over", "TG6004");
            }
        }
        return null;
    }

    private static string Thrown(LoopRun run) => run.Thrown is { } thrown ? $" ({thrown.GetType().Name}: {thrown.Message.Split('\n')[0]})" : "";

    private static bool Same(Tensor a, Tensor b, double tolerance) =>
        a.shape.AsSpan().SequenceEqual(b.shape) && (a - b).abs().max().ToDouble() <= tolerance * Math.Max(1e-300, b.square().mean().sqrt().ToDouble());

    // The permutation that brings one to the other; sizes are distinct primes, so that shapes tell it.
    private static int[]? Order(Tensor fast, Tensor loop, double tolerance)
    {
        if (fast.dim() != loop.dim() || fast.dim() < 2 || loop.shape.Distinct().Count() != loop.dim()) return null;
        int[] order = [.. loop.shape.Select(size => Array.IndexOf(fast.shape, size))];
        return !order.Contains(-1) && !order.SequenceEqual(Enumerable.Range(0, order.Length)) && Same(fast.permute([.. order.Select(d => (long)d)]), loop, tolerance) ? order : null;
    }

    private static double? Ratio(Tensor fast, Tensor loop, double tolerance)
    {
        if (!fast.shape.AsSpan().SequenceEqual(loop.shape)) return null;
        double ratio = (fast * loop).sum().ToDouble() / loop.square().sum().ToDouble();
        return double.IsFinite(ratio) && ratio != 0 && Same(fast / ratio, loop, tolerance) ? ratio : null;
    }
}

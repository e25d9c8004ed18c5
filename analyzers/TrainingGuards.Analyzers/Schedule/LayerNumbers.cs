using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Options;
using static TrainingGuards.Analyzers.Schedule.WrittenArguments;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>The numbers of a Dropout, a batch normalisation or a clipping that are far from what trains.</summary>
internal static class LayerNumbers
{
    private const double KerasMomentum = 0.9, HighEpsilon = 0.1;

    // The norm of all gradients of a net that learns is mostly between 0.01 and 100.
    private const double LowNorm = 1e-4, LowValue = 1e-6;

    /// <summary>Whether a call may be one of these; cheap.</summary>
    public static bool MayHave(IInvocationOperation call, TorchSymbols torch) => IsDropout(call, torch) || IsBatchNorm(call, torch) || IsClipping(call, torch);

    public static IEnumerable<UnlikelyNumber> Unlikely(IInvocationOperation call, TorchProgram program, AnalyzerOptions options)
    {
        UnlikelyNumber? first = IsDropout(call, program.Torch) ? Dropped(call, options) : IsClipping(call, program.Torch) ? Clipped(call, program) : Remembered(call, program);
        UnlikelyNumber? second = IsBatchNorm(call, program.Torch) ? Added(call, program) : null;
        return new[] { first, second }.OfType<UnlikelyNumber>();
    }

    private static UnlikelyNumber? Dropped(IInvocationOperation call, AnalyzerOptions options) =>
        Given(call, "p") is { } share && share.Value.Number() is { } p && (p < 0 || p >= RuleOptions.HighDropout.In(call.Syntax.SyntaxTree, options))
            ? new(
                share.Syntax,
                $"'{call.TargetMethod.Name}' with {Text(share)} " + (p < 0 ? "is no share of the values" : p >= 1 ? "drops every value in training" : "drops nearly every value in training"),
                "Use the share to be dropped, 0.1 to 0.5, and not the share to be kept")
            : null;

    private static UnlikelyNumber? Clipped(IInvocationOperation call, TorchProgram program)
    {
        bool isNorm = call.TargetMethod.Name == "clip_grad_norm_";
        // Who takes the norm that is returned wants to look at it.
        return call.Parent is IExpressionStatementOperation && Given(call, isNorm ? "max_norm" : "clip_value") is { } limit
            && Constant(limit, program) is { } number and >= 0 && number < (isNorm ? LowNorm : LowValue)
                ? new(limit.Syntax, $"'{call.TargetMethod.Name}' with {Text(limit)} leaves {(number == 0 ? "nothing" : "next to nothing")} of any gradient", $"Clip to {(isNorm ? "a norm of 1 to 5" : "a value such as 0.5")}, which limits only the largest")
                : null;
    }

    private static UnlikelyNumber? Remembered(IInvocationOperation call, TorchProgram program) =>
        Given(call, "momentum") is { } momentum && Constant(momentum, program) is { } share and >= KerasMomentum && IsTracking(call)
            ? new(
                momentum.Syntax,
                $"'{call.TargetMethod.Name}' with {Text(momentum)} keeps " + (share >= 1 ? "the last batch alone" : "hardly more than the last batch") + " in the statistics that evaluation uses, since momentum is the share of the new here and that of the old in Keras",
                "Leave it at its default, 0.1, which Keras calls 0.9")
            : null;

    private static UnlikelyNumber? Added(IInvocationOperation call, TorchProgram program) =>
        Given(call, "eps") is { } eps && Constant(eps, program) >= HighEpsilon
            ? new(
                eps.Syntax,
                $"'{call.TargetMethod.Name}' with {Text(eps)} adds more to a variance than many channels have, and does not normalise those",
                "Leave eps at its default, 1e-5, and name the argument that was meant")
            : null;

    private static bool IsTracking(IInvocationOperation call) =>
        Given(call, "track_running_stats") is not { } tracking || tracking.Value.ConstantValue is { HasValue: true, Value: true };

    private static bool IsDropout(IInvocationOperation call, TorchSymbols torch) => call.TargetMethod is { IsStatic: true, Name: var name }
        && (TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Functional) || IsOfNet(call, torch)) && name.IndexOf("dropout", StringComparison.OrdinalIgnoreCase) >= 0;

    private static bool IsBatchNorm(IInvocationOperation call, TorchSymbols torch) => call.TargetMethod.Name is "BatchNorm1d" or "BatchNorm2d" or "BatchNorm3d" && IsOfNet(call, torch);

    private static bool IsClipping(IInvocationOperation call, TorchSymbols torch) =>
        call.TargetMethod.Name is "clip_grad_norm_" or "clip_grad_value_" && TorchSymbols.Same(call.TargetMethod.ContainingType, torch.GradientUtils);

    private static bool IsOfNet(IInvocationOperation call, TorchSymbols torch) => TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Module?.ContainingType);
}

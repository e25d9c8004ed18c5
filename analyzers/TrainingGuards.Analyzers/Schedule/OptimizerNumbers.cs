using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Options;
using static TrainingGuards.Analyzers.Schedule.WrittenArguments;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>The numbers of an optimizer, or of one group of its parameters, that are far from what trains.</summary>
/// <param name="creation">What makes the optimizer or the group.</param>
/// <param name="kind">The optimizer's name.</param>
/// <param name="program">The program.</param>
/// <param name="options">The options of .editorconfig.</param>
internal sealed class OptimizerNumbers(IOperation creation, string kind, TorchProgram program, AnalyzerOptions options)
{
    // With these the optimizer's own rate is a factor, or is not used at all.
    private static readonly string[] RateMakers = ["LambdaLR", "MultiplicativeLR", "OneCycleLR", "CyclicLR", "LinearLR", "ConstantLR"];

    // A weight that loses a fiftieth in each step keeps nothing of what it learnt some hundred steps ago.
    private const double HighDecay = 0.02;

    // Beyond any penalty in use, and beyond what one would try: SGD on images takes 1e-4.
    private const double HighPenalty = 5;

    // Five steps, and a weight is what its last gradients are: 1e-3 is a large one of those in use, a rate of 0.1 with a momentum of 0.9 and a decay of 1e-3.
    private const double HighPull = 0.2;

    private const double LowSgdRate = 0.01;

    public IEnumerable<UnlikelyNumber> Unlikely => new[] { Rate, Epsilon, Momentum, Decay, MissingDecay }.Select(find => find()).OfType<UnlikelyNumber>();

    private bool IsAdam => kind is "Adam" or "AdamW" or "NAdam" or "RAdam" or "Adamax";

    private UnlikelyNumber? Rate()
    {
        if (Given(creation, "lr") is not { } rate || Constant(rate, program) is not { } number)
        {
            return null;
        }
        return IsAdam && number >= RuleOptions.HighLearningRate.In(creation.Syntax.SyntaxTree, options) && IsForNetwork && !IsRateMadeElsewhere
                ? new(rate.Syntax, $"'{kind}' takes steps of about its learning rate whatever the gradients are, and {Text(rate)} is too far a step for most weights", "Start from 3e-4 to 1e-3")
            // Rprop's rate is where its steps begin from.
            : number == 0 && kind != "Rprop" && !HasGroups && !IsRateMadeElsewhere && !IsRateRaisedElsewhere
                ? new(rate.Syntax, $"'{kind}' leaves the weights that it is given as they are with {Text(rate)}", "Give a rate, or freeze them by 'requires_grad = false'")
            : null;
    }

    private UnlikelyNumber? Epsilon()
    {
        if (!(IsAdam || kind == "RMSProp") || Given(creation, "eps") is not { } eps || Constant(eps, program) is not { } number)
        {
            return null;
        }
        if (number == 0)
        {
            return new(
                eps.Syntax,
                $"'{kind}' with {Text(eps)} divides 0 by 0 where a gradient has been 0 from the start, as that of a unit that is off, and the weight becomes NaN",
                "Leave eps at its default, 1e-8");
        }
        return IsAdam && number >= RuleOptions.HighAdamEpsilon.In(creation.Syntax.SyntaxTree, options) && Number(creation, "lr", program) / number <= LowSgdRate
            && IsForNetwork && !IsRateMadeElsewhere
                ? new(
                    eps.Syntax,
                    $"'{kind}' with {Text(eps)} moves a weight by no more than {Rounded(Number(creation, "lr", program)!.Value / number)} of its gradient, as SGD does at that rate, instead of by its learning rate",
                    "Leave eps at its default, 1e-8, or raise the learning rate with it")
                : null;
    }

    private UnlikelyNumber? Momentum() => kind is "SGD" or "RMSProp" && Given(creation, "momentum") is { } momentum && Constant(momentum, program) >= 1
        ? new(momentum.Syntax, $"'{kind}' forgets no gradient with {Text(momentum)}, so its steps grow without bound", "Use a momentum below 1, such as 0.9")
        : null;

    private UnlikelyNumber? Decay()
    {
        if (Given(creation, "weight_decay") is not { } decay || Constant(decay, program) is not { } number || !IsForNetwork)
        {
            return null;
        }
        if (kind == "SGD" && number is > 0 and < HighPenalty && Pull(number) is { } pull and >= HighPull && !IsRateMadeElsewhere)
        {
            return new(
                decay.Syntax,
                $"'SGD' draws every weight to 0 by {Rounded(100 * pull)} % with the gradients of each step, by {Text(decay)}, the rate and the momentum together, next to which the loss is of no account",
                "Start from 1e-4, or without");
        }
        if (kind != "AdamW")
        {
            return number >= HighPenalty
                ? new(
                    decay.Syntax,
                    $"'{kind}' adds {Rounded(number)} times each weight to its gradient with {Text(decay)}, next to which the loss is of no account",
                    "Start from 1e-4, or without")
                : null;
        }
        return number * Number(creation, "lr", program) is { } share and >= HighDecay && !IsRateMadeElsewhere
            ? new(
                decay.Syntax,
                $"'AdamW' takes {Rounded(100 * share)} % off every weight in each step with {Text(decay)}, so that what was learnt {Rounded(Math.Ceiling(5 / share))} steps ago is gone",
                "Start from 0.01 to 0.1")
            : null;
    }

    // A decay that is part of the gradient is multiplied by the rate, and repeated by momentum: 1 + m + m² + … times.
    private double? Pull(double decay) => decay * Number(creation, "lr", program) / (1 - Math.Min(0.999, Math.Max(0, Number(creation, "momentum", program) ?? 0)));

    private UnlikelyNumber? MissingDecay() => kind == "AdamW" && !IsGroup
        && CallBinding.ArgumentsOf(creation).Any(argument => argument is { Parameter.Name: "weight_decay", ArgumentKind: ArgumentKind.DefaultValue })
        && !HasGroups && !IsAssigned("weight_decay")
            ? new(
                creation.Syntax,
                "'AdamW' decays no weights here, since weight_decay is 0 in TorchSharp where it is 0.01 in PyTorch",
                "Say 'weight_decay: 0.01', or 'weight_decay: 0' if none is meant",
                missing: "weight_decay")
            : null;

    private bool IsGroup => !program.Torch.IsOptimizer(creation.Type);

    // An image that is optimised, in an attack or a transfer of style, goes as far as it likes.
    private bool IsForNetwork => program.Bodies.Around(creation.Syntax) is { } body
        && OptimizerParameters.Of(body.Model.GetOperation(creation.Syntax) ?? creation, body.Locals, program.Torch).Sources.Count > 0;

    private bool IsRateMadeElsewhere => RateMakers.Any(program.References.Mentions) || IsAssigned("LearningRate");

    // A schedule of one's own, a lowest rate that is not 0, or a state that brings its rate with it.
    private bool IsRateRaisedElsewhere => program.References.Mentions("get_lr")
        || new[] { "CosineAnnealingLR", "CosineAnnealingWarmRestarts" }.SelectMany(name => program.References.Named<IInvocationOperation>(name)).Any(schedule => Given(schedule, "eta_min") is not null)
        || program.References.Named<IInvocationOperation>("load_state_dict").Any(load => program.Torch.IsOptimizer(load.Instance?.Type));

    private bool HasGroups => CallBinding.ArgumentsOf(creation).Any(argument =>
        argument.Parameter is { Ordinal: 0, Type: INamedTypeSymbol { TypeArguments: { Length: 1 } items } } && items[0].Name == "ParamGroup");

    // The options that a new group is made with say nothing of another optimizer's.
    private bool IsAssigned(string member) => program.References.Mentions(member)
        && program.References.Named<IMemberReferenceOperation>(member).Any(mention => mention.Instance is not IInstanceReferenceOperation
            && mention.Parent is IAssignmentOperation assignment && assignment.Target == mention);
}

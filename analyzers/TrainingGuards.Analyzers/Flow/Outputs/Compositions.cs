using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Finds what a logarithm or a root is taken of, where that has by then been rounded or has overflowed.</summary>
internal sealed class Compositions(TorchProgram program)
{
    private const int Depth = 8;
    private const string RoundsToZero = "is -Infinity, and its gradient NaN, where a probability rounds to zero";
    private const string RoundsToOne = "is -Infinity, and its gradient NaN, where a probability rounds to one";
    private const string Overflows = "is Infinity, and its gradient NaN, where an exponential overflows";

    private readonly Boundedness _bounds = new(program);

    /// <summary>Whether a call is a function that is looked at here.</summary>
    public static bool Ends(TensorCall call) => call is { IsInPlace: false, Name: "log" or "log2" or "log10" or "log1p" or "sqrt" };

    /// <summary>The composition that a call completes, null where there is none that certainly fails.</summary>
    public Composition? Of(TensorCall call, MethodBody body) => call.Name switch
    {
        "log1p" => Exponential(Made(call.Input, body)) is { } exponential ? Softplus(call, exponential, body) : null,
        "sqrt" => OfOutput(call, body, "is NaN below zero and its gradient Infinity at zero", "Clamp it from below, or add a small number"),
        _ => OfProbability(call, body) ?? OfExponentials(call, body)
            ?? OfOutput(call, body, "is NaN below zero and -Infinity at zero", "Clamp it from below, or let the network give the logarithm"),
    };

    private Composition? OfProbability(TensorCall call, MethodBody body)
    {
        IOperation input = Selected(call.Input, body);
        if (Probability(input, body) is { } probability)
        {
            string function = probability.Activation!.Name == "Sigmoid" ? "log_sigmoid" : "log_softmax";
            bool isExact = call.Name == "log" && probability.Activation.Name is "Sigmoid" or "Softmax";
            return new Composition(probability.Operation, probability.Name, RoundsToZero, $"Take {function} of the logits", isExact ? Rewriting.OfProbability(call, probability.Operation, function, body, program) : null);
        }
        if (Made(input, body) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract, LeftOperand: var one, RightOperand: var taken } && one.Number() is 1
            && Probability(Selected(taken, body), body) is { } complement)
        {
            bool isSigmoid = complement.Activation!.Name == "Sigmoid";
            return new Composition(
                complement.Operation,
                $"1 - {complement.Name}",
                RoundsToOne,
                isSigmoid ? "Take log_sigmoid of the negated logits" : "Clamp it from below, or work with log_softmax",
                isSigmoid && call.Name == "log" && TensorCall.From(complement.Operation, program.Torch) is { } sigmoid ? Rewriting.OfComplement(call, sigmoid, body) : null);
        }
        return null;
    }

    private OutputOperation? Probability(IOperation value, MethodBody body) =>
        !IsChangedInPlace(value, body) && program.Outputs.Of(value, body) is { IsEmpty: false } outputs
        && outputs.All(output => output.Activation is { Name: "Softmax" or "Softmax2d" or "Softmin" or "Sigmoid" } && output.Activation == outputs[0].Activation)
        && !(TensorCall.From(outputs[0].Operation, program.Torch) is { } function && program.Bodies.Around(function.Invocation.Syntax) is { } place
            && _bounds.IsUnbounded(function.Input, place) == Answer.No)
            ? outputs[0]
            : null;

    private Composition? OfExponentials(TensorCall call, MethodBody body)
    {
        switch (Made(call.Input, body))
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum when (sum.LeftOperand.Number() is 1 ? sum.RightOperand : sum.RightOperand.Number() is 1 ? sum.LeftOperand : null) is { } term
                && Exponential(Made(term, body)) is { } exponential:
                return Softplus(call, exponential, body);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } difference when difference.LeftOperand.Number() is 1
                && Exponential(Made(difference.RightOperand, body)) is { } exponential:
                return new Composition(
                    exponential.Invocation, "1 - exp", "is -Infinity where the exponential rounds to one", "Take expm1, which keeps what is left",
                    Rewriting.Replaced(call.Invocation.Syntax, difference.Syntax, exponential.Invocation.Syntax, $"-{Rewriting.Primary(exponential.Input.Syntax)}.expm1()"));
            case IInvocationOperation made when TensorCall.From(made, program.Torch) is { Name: "sum" } sum && Exponential(Made(sum.Input, body)) is { } exponential
                && _bounds.IsUnbounded(exponential.Input, body) == Answer.Yes:
                return new Composition(exponential.Invocation, "a sum of exp", Overflows, "Take logsumexp", call.Name == "log" ? Rewriting.OfSum(call, sum, exponential) : null);
            default:
                return null;
        }
    }

    private Composition? Softplus(TensorCall call, TensorCall exponential, MethodBody body) => _bounds.IsUnbounded(exponential.Input, body) != Answer.Yes ? null
        : new Composition(
            exponential.Invocation, call.Name == "log1p" ? "exp" : "1 + exp", Overflows, "Take softplus",
            call.Name is "log" or "log1p" ? Rewriting.Replaced(call.Invocation.Syntax, call.Invocation.Syntax, exponential.Invocation.Syntax, $"{Rewriting.Primary(exponential.Input.Syntax)}.softplus()") : null);

    private TensorCall? Exponential(IOperation? made) => TensorCall.From(made, program.Torch) is { Name: "exp", IsInPlace: false } exponential ? exponential : null;

    private Composition? OfOutput(TensorCall call, MethodBody body, string harm, string cure)
    {
        ImmutableArray<OutputOperation> outputs = program.Outputs.Of(call.Input, body);
        return !outputs.IsEmpty && outputs.All(output => ReachesZero(output, body)) && IsBackpropagated(call, body)
            ? new Composition(outputs[0].Operation, outputs[0].Name, harm, cure)
            : null;
    }

    // What a weighted sum gives has either sign, and a rectifier gives zeros.
    private bool ReachesZero(OutputOperation output, MethodBody body) => output.IsWeightedSum(program.Torch)
        || (output.Activation is { Name: var name, Range: var range } && (range.Low < 0 || name is "ReLU" or "ReLU6" or "Hardsigmoid")
            && (output.Layer is not null || (TensorCall.From(output.Operation, program.Torch) is { } function
                && program.Outputs.Of(function.Input, program.Bodies.Around(function.Invocation.Syntax) ?? body) is { IsEmpty: false } before && before.All(earlier => earlier.Layer is not null))));

    private bool IsBackpropagated(TensorCall call, MethodBody body) => OutputUses.Of(call.Invocation, body, program).Backward is not null
        || program.LossInputs.MadeBy(call.Invocation).Any(input => OutputUses.Of(input.Loss.Call, input.Loss.Body, program).Backward is not null);

    private IOperation? Made(IOperation value, MethodBody body) => IsChangedInPlace(value, body) ? null : body.Provenance?.Trace(value).Single;

    private bool IsChangedInPlace(IOperation value, MethodBody body) => value.Symbol() is { } variable && Purity.IsChangedInPlace(variable, body, program.Torch);

    /// <summary>What some elements are chosen from, the value itself where none are.</summary>
    private IOperation Selected(IOperation value, MethodBody body)
    {
        for (int i = 0; i < Depth && TensorCall.From(Made(value, body), program.Torch) is { } call; i++)
        {
            if (call.Name is not ("gather" or "index_select" or "masked_select" or "take_along_dim"))
            {
                break;
            }
            value = call.Input;
        }
        return value;
    }
}

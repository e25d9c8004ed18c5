using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a number measures, by the operations that made it: TorchSharp's losses fall as a model gets better, counts of right predictions rise.</summary>
internal sealed class MetricTrends(TorchProgram program)
{
    private const int Depth = 8;

    private readonly HashSet<IOperation> _seen = [];

    /// <summary>The trend of a number or a tensor.</summary>
    public MetricTrend Of(IOperation value, MethodBody body) => Of(value, body, Depth);

    private MetricTrend Of(IOperation value, MethodBody body, int depth)
    {
        if (depth == 0)
        {
            return MetricTrend.Unknown;
        }
        if (body.Provenance?.Trace(value) is not { IsUnknown: false } origin)
        {
            return OfPart(value.WithoutConversion(), body, depth);
        }
        MetricTrend? all = null;
        foreach (IOperation made in origin.Operations.Where(_seen.Add))
        {
            MetricTrend one = MadeBy(made, body, depth);
            _seen.Remove(made);
            all = all is { } known ? Plus(known, one) : one;
        }
        return all ?? MetricTrend.None;
    }

    private MetricTrend MadeBy(IOperation made, MethodBody body, int depth) => made switch
    {
        _ when made.Number() is not null => MetricTrend.None,
        _ when TensorReads.Of(made, program.Torch) is { } tensor => Of(tensor, body, depth - 1),
        IAwaitOperation awaited => Of(awaited.Operation, body, depth - 1),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } negated => Opposite(Of(negated.Operand, body, depth - 1)),
        IBinaryOperation binary => OfBinary(binary.OperatorKind, binary.LeftOperand, binary.RightOperand, body, depth),
        ICompoundAssignmentOperation compound => OfBinary(compound.OperatorKind, compound.Target, compound.Value, body, depth),
        IInvocationOperation call when program.Torch.IsLossCall(call) => IsOwnLoss(call, body) ? MetricTrend.Falls : MetricTrend.Unknown,
        IInvocationOperation call when TensorCall.From(call, program.Torch) is { } operation => OfTensorCall(operation, body, depth),
        IInvocationOperation { TargetMethod: { Name: "Round", ContainingType.Name: "Math" } } rounded => Of(rounded.Arguments[0].Value, body, depth - 1),
        IInvocationOperation call => Together(ReturnedBy(call, body), (returned, inner) => Of(returned, inner, depth - 1)),
        _ => MetricTrend.Unknown,
    };

    private MetricTrend OfBinary(BinaryOperatorKind kind, IOperation left, IOperation right, MethodBody body, int depth) => kind switch
    {
        BinaryOperatorKind.Add => Plus(Of(left, body, depth - 1), Of(right, body, depth - 1)),
        BinaryOperatorKind.Subtract => Plus(Of(left, body, depth - 1), Opposite(Of(right, body, depth - 1))),
        BinaryOperatorKind.Divide when IsPositive(right) => Of(left, body, depth - 1),
        BinaryOperatorKind.Multiply => Times(Of(left, body, depth - 1), left, Of(right, body, depth - 1), right),
        BinaryOperatorKind.Equals => IsPrediction(left, body, depth) || IsPrediction(right, body, depth) ? MetricTrend.Rises : MetricTrend.Unknown,
        BinaryOperatorKind.NotEquals => IsPrediction(left, body, depth) || IsPrediction(right, body, depth) ? MetricTrend.Falls : MetricTrend.Unknown,
        _ => MetricTrend.Unknown,
    };

    private MetricTrend OfTensorCall(TensorCall call, MethodBody body, int depth) => call.Name switch
    {
        "mean" or "sum" or "item" or "round" => Of(call.Input, body, depth - 1),
        "eq" or "equal" or "ne" or "not_equal" when call.Argument("right", "other", "target") is { } other =>
            OfBinary(call.Name[0] == 'e' ? BinaryOperatorKind.Equals : BinaryOperatorKind.NotEquals, call.Input, other, body, depth),
        "div" or "divide" or "mul" or "multiply" when call.Argument("target", "right", "other") is { } factor && IsPositive(factor) => Of(call.Input, body, depth - 1),
        "neg" => Opposite(Of(call.Input, body, depth - 1)),
        _ => Layers.KeepsValues(call) ? Of(call.Input, body, depth - 1) : MetricTrend.Unknown,
    };

    /// <summary>Whether a tensor is what a model decided on, as argmax and a threshold tell it.</summary>
    private bool IsPrediction(IOperation tensor, MethodBody body, int depth) => depth > 0
        && body.Provenance?.Trace(tensor) is { IsUnknown: false } origin && origin.Operations.All(made => made switch
        {
            IFieldReferenceOperation { Field.Name: "indexes" or "indices", Instance: { } pair } => body.Provenance?.Trace(pair).Single is IInvocationOperation { TargetMethod.Name: "max" or "topk" },
            _ => TensorCall.From(made, program.Torch) is { } call
                && (call.Name is "argmax" or "round" or "gt" or "ge" or "greater" or "greater_equal" || (Layers.KeepsValues(call) && IsPrediction(call.Input, body, depth - 1))),
        });

    // A loss of the user's may be anything: one that negates another is maximised.
    private bool IsOwnLoss(IInvocationOperation loss, MethodBody body) => program.Torch.IsLossFunction(loss.TargetMethod)
        || (program.Values.Of(loss.Instance, body) is { IsEmpty: false } modules && modules.All(module => Layers.IsBuiltIn(module.Type, program.Torch)));

    private MetricTrend OfElement(IOperation tuple, int index, MethodBody body, int depth) =>
        index >= 0 && body.Provenance?.Trace(tuple).Single is { } made
            && (made is IAwaitOperation awaited ? awaited.Operation : made) is IInvocationOperation call
            ? Together(ReturnedBy(call, body), (returned, inner) =>
                returned.WithoutConversion() is ITupleOperation literal && index < literal.Elements.Length ? Of(literal.Elements[index], inner, depth - 1) : MetricTrend.Unknown)
            : MetricTrend.Unknown;

    /// <summary>A part of a tuple that a method returns: <c>Evaluate().Accuracy</c>, <c>var (loss, accuracy) = Evaluate()</c>.</summary>
    private MetricTrend OfPart(IOperation value, MethodBody body, int depth)
    {
        if (value is IFieldReferenceOperation { Instance: { Type: INamedTypeSymbol { IsTupleType: true } type } whole, Field: var element })
        {
            return OfElement(whole, type.TupleElements.IndexOf(element, SymbolEqualityComparer.Default), body, depth);
        }
        if (value is not ILocalReferenceOperation { Local: var local } || body.Locals.WritesOf(local).Count != 1
            || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { } assignment
            || body.Model.GetOperation(assignment) is not IDeconstructionAssignmentOperation { Target: var target, Value: var tuple })
        {
            return MetricTrend.Unknown;
        }
        ITupleOperation? targets = (target is IDeclarationExpressionOperation declaration ? declaration.Expression : target) as ITupleOperation;
        int index = targets is null ? -1 : targets.Elements.IndexOf(targets.Elements.FirstOrDefault(element =>
            (element is IDeclarationExpressionOperation one ? one.Expression : element) is ILocalReferenceOperation reference && TorchSymbols.Same(reference.Local, local))!);
        return OfElement(tuple, index, body, depth);
    }

    private ImmutableArray<(IOperation, MethodBody)> ReturnedBy(IInvocationOperation call, MethodBody body) =>
        program.Events.CalleeOf(call, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner
            ? Returns.Of(inner).Select(returned => (returned, inner)).ToImmutableArray()
            : ImmutableArray<(IOperation, MethodBody)>.Empty;

    private static MetricTrend Together(ImmutableArray<(IOperation Value, MethodBody Body)> paths, Func<IOperation, MethodBody, MetricTrend> of) =>
        paths.IsEmpty ? MetricTrend.Unknown : paths.Select(path => of(path.Value, path.Body)).Aggregate(Plus);

    // What is counted is no less than nothing.
    private static bool IsPositive(IOperation factor) => factor.Number() is { } number ? number > 0
        : Unconverted(factor).Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64;

    private static IOperation Unconverted(IOperation value)
    {
        while (value is IConversionOperation conversion)
        {
            value = conversion.Operand;
        }
        return value;
    }

    private static MetricTrend Times(MetricTrend one, IOperation left, MetricTrend other, IOperation right) =>
        one is MetricTrend.Falls or MetricTrend.Rises && IsPositive(right) ? one
        : other is MetricTrend.Falls or MetricTrend.Rises && IsPositive(left) ? other
        : one == MetricTrend.None ? other == MetricTrend.None ? MetricTrend.None : MetricTrend.Unknown
        : MetricTrend.Unknown;

    private static MetricTrend Plus(MetricTrend one, MetricTrend other) => one == MetricTrend.None ? other : other == MetricTrend.None || one == other ? one : MetricTrend.Unknown;

    private static MetricTrend Opposite(MetricTrend trend) => trend switch
    {
        MetricTrend.Falls => MetricTrend.Rises,
        MetricTrend.Rises => MetricTrend.Falls,
        _ => trend,
    };
}

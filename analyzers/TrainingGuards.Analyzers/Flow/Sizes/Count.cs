using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>How many there are of something, as an expression says it: the rounds of a loop, the length of a schedule.</summary>
internal sealed class Count
{
    private const int Depth = 4;

    private readonly TorchProgram _program;

    private Count(IOperation value, MethodBody body, TorchProgram program) => (Value, Body, _program) = (value.WithoutConversion(), body, program);

    public IOperation Value { get; }

    public MethodBody Body { get; }

    /// <summary>The constant that it is, null where it is none.</summary>
    public double? Number => NumberOf(Value, Depth);

    public static Count Of(IOperation value, MethodBody body, TorchProgram program) => new(value, body, program);

    /// <summary>What bounds the rounds of a loop: <c>n</c> of <c>i &lt; n</c>, and of <c>Enumerable.Range(0, n)</c>; null where nothing does.</summary>
    public static Count? OfRounds(StatementSyntax loop, MethodBody body, TorchProgram program)
    {
        IOperation? bound = loop switch
        {
            ForStatementSyntax { Condition: { } condition } => Bound(body.Model.GetOperation(condition)),
            WhileStatementSyntax { Condition: var condition } => Bound(body.Model.GetOperation(condition)),
            CommonForEachStatementSyntax { Expression: var listed } when body.Model.GetOperation(listed)?.WithoutConversion() is IInvocationOperation
            {
                TargetMethod: { Name: "Range", ContainingType.Name: "Enumerable" }, Arguments.Length: 2,
            } range => range.Arguments[1].Value,
            _ => null,
        };
        return bound is null ? null : new Count(bound, body, program);
    }

    /// <summary>Whether two are one number: one constant, or one variable.</summary>
    public bool IsSame(Count other) => Number is { } number ? number == other.Number : IsSameVariable(other, Depth);

    /// <summary>Whether it is <paramref name="whole"/> or a part of it: <c>epochs / 3</c>, <c>(int)(0.8 * epochs)</c>, <c>epochs - warmup</c>.</summary>
    /// <remarks>A product with anything else may be a count of something else.</remarks>
    public bool IsPartOf(Count whole) => IsPartOf(whole, Depth);

    /// <summary>Whether it is the product of <paramref name="whole"/> and of how many a collection has: <c>epochs * loader.Count</c>.</summary>
    public bool IsMultipleOf(Count whole) => Resolved(Value) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product
        && ((Part(product.LeftOperand).IsSameVariable(whole, Depth) && IsCountOfItems(product.RightOperand))
            || (Part(product.RightOperand).IsSameVariable(whole, Depth) && IsCountOfItems(product.LeftOperand)));

    private bool IsPartOf(Count whole, int depth) => depth > 0 && (IsSameVariable(whole, depth) || Value switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } quotient => NumberOf(quotient.RightOperand, depth) >= 1 && Part(quotient.LeftOperand).IsPartOf(whole, depth - 1),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } rest => Part(rest.LeftOperand).IsPartOf(whole, depth - 1),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product =>
            (NumberOf(product.LeftOperand, depth) is > 0 and <= 1 && Part(product.RightOperand).IsPartOf(whole, depth - 1))
            || (NumberOf(product.RightOperand, depth) is > 0 and <= 1 && Part(product.LeftOperand).IsPartOf(whole, depth - 1)),
        IInvocationOperation { TargetMethod: { Name: "ToInt32" or "Round" or "Ceiling" or "Floor", ContainingType.Name: "Convert" or "Math" } } rounded =>
            Part(rounded.Arguments[0].Value).IsPartOf(whole, depth - 1),
        ILocalReferenceOperation { Local: var local } => Body.Locals.OnlyValueOf(local) is { } value && Part(value).IsPartOf(whole, depth - 1),
        _ => false,
    });

    private bool IsSameVariable(Count other, int depth)
    {
        if (depth == 0 || Receiver.Of(Value, Body.Locals) is not { } mine || Receiver.Of(other.Value, other.Body.Locals) is not { } its)
        {
            return false;
        }
        // What a member is called it counts, whichever object it belongs to.
        bool isSame = Body.Outermost == other.Body.Outermost && mine.Equals(its);
        return isSame || (mine.Path.Length > 0 && its.Path.Length > 0 && TorchSymbols.Same(mine.Path[mine.Path.Length - 1], its.Path[its.Path.Length - 1]))
            || PassedTo(mine).Any(given => given.IsSameVariable(other, depth - 1)) || other.PassedTo(its).Any(given => IsSameVariable(given, depth - 1));
    }

    /// <summary>What the only caller passes for a parameter.</summary>
    private IEnumerable<Count> PassedTo(Receiver name)
    {
        if (name is not { Root: IParameterSymbol { ContainingSymbol: IMethodSymbol method } parameter, Path.IsEmpty: true })
        {
            yield break;
        }
        var calls = _program.References.Of(method);
        if (calls.Length == 1 && CallBinding.ArgumentsOf(calls[0]).FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter)) is { } given
            && _program.Bodies.Around(calls[0].Syntax) is { } caller)
        {
            yield return new Count(given.Value, caller, _program);
        }
    }

    private double? NumberOf(IOperation value, int depth) => value.Number() ?? value.WithoutConversion() switch
    {
        _ when depth == 0 => null,
        ILocalReferenceOperation { Local: var local } when Body.Locals.OnlyValueOf(local) is { } only => NumberOf(only, depth - 1),
        IFieldReferenceOperation { Field: var field } when _program.Values.AssignedTo(field) is { Length: 1 } only && only[0] is { } assigned => assigned.Number(),
        _ => null,
    };

    private bool IsCountOfItems(IOperation factor) => Resolved(factor) is IPropertyReferenceOperation { Property.Name: "Count" or "Length" }
        or IInvocationOperation { TargetMethod.Name: "Count" or "LongCount" };

    private IOperation Resolved(IOperation value) => value.WithoutConversion() is ILocalReferenceOperation { Local: var local } && Body.Locals.OnlyValueOf(local) is { } only
        ? only.WithoutConversion()
        : value.WithoutConversion();

    private Count Part(IOperation value) => new(value, Body, _program);

    private static IOperation? Bound(IOperation? condition) => condition?.WithoutConversion() switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } below => below.RightOperand,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual } above => above.LeftOperand,
        _ => null,
    };
}

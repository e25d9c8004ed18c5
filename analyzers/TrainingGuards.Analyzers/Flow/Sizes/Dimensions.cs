using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Sizes and shapes as far as the code itself says them: <c>x.shape[i]</c>, <c>x.size(i)</c>, locals, constants, products.</summary>
/// <remarks>
/// It knows ranks and permutations; it is no shape checker. Two sizes are equal only if they are read from the same value: a variable
/// assigned in between is another. A variable with one reaching definition is one value, also in a loop, because the compiler insists
/// that it was assigned on every path since.
/// </remarks>
internal sealed class Dimensions
{
    /// <remarks>It has no name in the Roslyn that this is built on. Its elements are its children; a spread is one that has no size.</remarks>
    private const OperationKind CollectionExpression = (OperationKind)0x7f;

    private readonly BodyOperations _operations;
    private readonly TorchSymbols _torch;
    private readonly Provenance _provenance;
    private readonly Lazy<HashSet<object>> _reshapedInPlace;
    private readonly Dictionary<object, Shape?> _shapes = [];
    private readonly HashSet<Definition> _underway = [];

    public Dimensions(ControlFlowGraph graph, TorchSymbols torch)
    {
        (_operations, _torch, _provenance) = (BodyOperations.Of(graph), torch, Provenance.Of(graph));
        _reshapedInPlace = new Lazy<HashSet<object>>(ReshapedInPlace);
    }

    /// <summary>The size that an integer expression is, null where it is not known as a product.</summary>
    public Extent? ExtentOf(IOperation number)
    {
        IOperation value = number.WithoutConversion();
        return value switch
        {
            { ConstantValue: { HasValue: true, Value: int constant } } => Extent.Constant(constant),
            { ConstantValue: { HasValue: true, Value: long constant } } => Extent.Constant(constant),
            _ when value.Type?.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Int64) => null,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product =>
                ExtentOf(product.LeftOperand) is { } left && ExtentOf(product.RightOperand) is { } right ? left.Times(right) : null,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } quotient =>
                ExtentOf(quotient.LeftOperand) is { } left && ExtentOf(quotient.RightOperand) is { } right ? left.Over(right) : null,
            IArrayElementReferenceOperation { Indices.Length: 1 } element when Axis(element.Indices[0]) is { } axis =>
                ShapeOfArray(element.ArrayReference)?[axis],
            IInvocationOperation { Instance: { } tensor, TargetMethod: { Name: "size", Parameters.Length: 1 } } size
                when _torch.IsTensor(tensor.Type) && Axis(size.Arguments[0].Value) is { } axis => ShapeOf(tensor)?[axis],
            ILocalReferenceOperation or IParameterReferenceOperation => ExtentOfVariable(value),
            IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } member when IsImmutable(member.Member) =>
                Extent.Of(new SizeName(member.Member, axis: null)),
            _ => null,
        };
    }

    /// <summary>The shape of a tensor, null where it is not certain which tensor it is.</summary>
    public Shape? ShapeOf(IOperation tensor)
    {
        IOperation value = tensor.WithoutConversion();
        if (!_torch.IsTensor(value.Type) || Owner(value) is not { } owner || _reshapedInPlace.Value.Contains(owner))
        {
            return null;
        }
        if (!_shapes.TryGetValue(owner, out Shape? shape))
        {
            // Code that does not compile may define a value by itself.
            _shapes.Add(owner, null);
            IOperation? made = (owner is Definition definition ? definition.Value : value)?.WithoutConversion();
            _shapes[owner] = shape = (made is IInvocationOperation ? ShapeMadeBy(made, owner) : null) ?? Shape.Open(owner);
        }
        return shape;
    }

    /// <summary>The sizes in an array of known elements, one null for each that is not known; null where the elements are not known.</summary>
    public IReadOnlyList<IOperation>? ElementsOf(IOperation array)
    {
        IOperation value = array.WithoutConversion();
        // An array becomes a span by an operator of the array's own.
        if (value is IConversionOperation { Operand: { Type: IArrayTypeSymbol } given })
        {
            value = given.WithoutConversion();
        }
        return value switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            { Kind: CollectionExpression } => [.. value.ChildOperations],
            ILocalReferenceOperation or IParameterReferenceOperation => GivenArray(value) is { } written ? ElementsOf(written) : null,
            _ => null,
        };
    }

    private Extent? ExtentOfVariable(IOperation reference)
    {
        if (_provenance.Definition(reference) is not { } definition || !_underway.Add(definition))
        {
            return null;
        }
        Extent? given = definition.Value is { } value ? ExtentOf(value) : null;
        _underway.Remove(definition);
        return given ?? Extent.Of(new SizeName(definition, axis: null));
    }

    private Shape? ShapeOfArray(IOperation array)
    {
        IOperation value = array.WithoutConversion();
        return value switch
        {
            IPropertyReferenceOperation { Instance: { } tensor, Property.Name: "shape" } when _torch.IsTensor(tensor.Type) => ShapeOf(tensor),
            IInvocationOperation { Instance: { } tensor, TargetMethod: { Name: "size", Parameters.Length: 0 } } when _torch.IsTensor(tensor.Type) => ShapeOf(tensor),
            ILocalReferenceOperation or IParameterReferenceOperation => GivenArray(value) is { } given ? ShapeOfArray(given) : null,
            _ when ElementsOf(value) is { } elements => Shape.Of(value.Syntax, elements.Select(ExtentOf)),
            _ => null,
        };
    }

    /// <summary>The array that a variable was given, null where it may have been changed since, or stands for another variable.</summary>
    private IOperation? GivenArray(IOperation reference) =>
        IsNeverWritten(reference.Symbol()!)
        && _provenance.Definition(reference)?.Value?.WithoutConversion() is { } given and not (ILocalReferenceOperation or IParameterReferenceOperation)
            ? given
            : null;

    /// <summary>The shape that a call gives its result, null where the call says nothing of it.</summary>
    private Shape? ShapeMadeBy(IOperation made, object owner)
    {
        if (TensorCall.From(made, _torch) is not { } call)
        {
            return made is IInvocationOperation factory ? ShapeOfFactory(factory, owner) : null;
        }
        switch (call.Name)
        {
            case "view" or "reshape" when call.Argument("shape") is { } shape && ElementsOf(shape) is { } sizes:
                return Shape.Of(owner, Resolved(call.Input, sizes));
            case "permute" when call.Argument("permutation") is { } permutation && ElementsOf(permutation) is { } order:
                int?[] axes = [.. order.Select(Axis)];
                return axes.All(axis => axis is not null) ? ShapeOf(call.Input)?.Permuted([.. axes.Select(axis => axis!.Value)]) : null;
            case "transpose" or "swapaxes" or "swapdims" when call.Argument("dim0", "axis0") is { } one && call.Argument("dim1", "axis1") is { } other:
                return Axis(one) is { } first && Axis(other) is { } second ? ShapeOf(call.Input)?.Swapped(first, second) : null;
            case "t":
                return ShapeOf(call.Input)?.Permuted([1, 0]);
            case "unsqueeze" when call.Argument("dim") is { } dim && Axis(dim) is { } at:
                return ShapeOf(call.Input)?.Unsqueezed(at);
            case "contiguous" or "clone" or "detach" or "alias" or "to" or "type" or "cpu" or "cuda" or "relu" or "gelu" or "silu" or "tanh" or "sigmoid"
                or "dropout" or "softmax" or "log_softmax" or "abs" or "exp" or "log" or "sqrt" or "neg" or "requires_grad":
                return ShapeOf(call.Input);
            default:
                return null;
        }
    }

    /// <summary>The sizes given to a view, with −1 worked out where the rest is known.</summary>
    public IReadOnlyList<Extent?> Resolved(IOperation input, IReadOnlyList<IOperation> sizes)
    {
        Extent?[] extents = [.. sizes.Select(ExtentOf)];
        int[] unknown = [.. Enumerable.Range(0, extents.Length).Where(i => extents[i] is null)];
        if (unknown.Length == 1 && IsInferred(sizes[unknown[0]]) && ShapeOf(input) is { Rank: not null } shape
            && Extent.Product(shape.First) is { } all && Extent.Product(extents.OfType<Extent>()) is { } rest)
        {
            extents[unknown[0]] = all.Over(rest);
        }
        return extents;
    }

    /// <summary>Whether a size is −1, to be worked out from the others.</summary>
    public static bool IsInferred(IOperation size) => size.Number() == -1;

    private Shape? ShapeOfFactory(IInvocationOperation factory, object owner)
    {
        if (!TorchSymbols.Same(factory.TargetMethod.ContainingType, _torch.Torch)
            || factory.TargetMethod.Name is not ("zeros" or "ones" or "empty" or "rand" or "randn" or "full"))
        {
            return null;
        }
        IOperation[] sizes = [.. factory.Arguments
            .Where(argument => argument.Parameter?.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64)
            .OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)];
        return sizes.Length > 0 ? Shape.Of(owner, sizes.Select(ExtentOf))
            : factory.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "size") is { } array && ElementsOf(array.Value) is { } elements
                ? Shape.Of(owner, elements.Select(ExtentOf))
            : null;
    }

    /// <summary>What a value is known by: the definition of its variable, seen through plain copies, or the expression itself.</summary>
    private object? Owner(IOperation value)
    {
        value = value.WithoutConversion();
        if (value is not (ILocalReferenceOperation or IParameterReferenceOperation))
        {
            return value is IInvocationOperation or IBinaryOperation ? value.Syntax : null;
        }
        var seen = new HashSet<Definition>();
        while (_provenance.Definition(value) is { } definition && seen.Add(definition))
        {
            if (definition.Value?.WithoutConversion() is not (ILocalReferenceOperation or IParameterReferenceOperation))
            {
                return definition;
            }
            value = definition.Value;
        }
        return null;
    }

    private HashSet<object> ReshapedInPlace() =>
    [
        .. _operations.Invocations
            .Where(call => call.TargetMethod.Name.EndsWith("_", StringComparison.Ordinal))
            .Select(operation => TensorCall.From(operation, _torch))
            .Where(call => call is { IsInPlace: true, Name: "unsqueeze" or "squeeze" or "transpose" or "t" or "swapaxes" or "swapdims" or "resize"
                or "resize_as" or "set" or "as_strided" })
            .Select(call => Owner(call!.Value.Input)).OfType<object>(),
    ];

    /// <summary>An axis given as a constant, negative where it counts from the end, as in <c>shape[^1]</c>.</summary>
    private static int? Axis(IOperation index) => index.WithoutConversion() switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } end => -(int?)end.Operand.Number(),
        var plain => (int?)plain.Number(),
    };

    /// <summary>Whether an array is only read: its elements, its length, or by TorchSharp.</summary>
    private bool IsNeverWritten(ISymbol array) => _operations.Uses(array)
        .All(use => Unconverted(use.Parent!) switch
        {
            IArrayElementReferenceOperation { Parent: var parent } element =>
                parent is not (IAssignmentOperation or IIncrementOrDecrementOperation or IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } or ITupleOperation)
                || (parent is IAssignmentOperation assignment && assignment.Target != element),
            IPropertyReferenceOperation { Property.Name: "Length" } => true,
            IArgumentOperation { Parameter.RefKind: RefKind.None, Parent: IInvocationOperation call } =>
                TorchSymbols.Same(call.TargetMethod.ContainingAssembly, _torch.Tensor.ContainingAssembly),
            ISimpleAssignmentOperation assignment => assignment.Target == use,
            _ => false,
        });

    private static IOperation Unconverted(IOperation parent) => parent is IConversionOperation { Parent: { } above } ? Unconverted(above) : parent;

    private static bool IsImmutable(ISymbol member) => member switch
    {
        IFieldSymbol field => field.IsReadOnly || field.IsConst,
        IPropertySymbol { SetMethod: null } property => property.ContainingType.GetMembers().OfType<IFieldSymbol>()
            .Any(field => TorchSymbols.Same(field.AssociatedSymbol, property)),
        _ => false,
    };
}

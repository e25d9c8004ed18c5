using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a DataLoader gives at an iteration of a loop over it, or a tensor in it.</summary>
internal sealed class LoaderBatch
{
    private const int Depth = 5;

    private readonly IReadOnlyList<IOperation> _creations;
    private readonly TorchProgram _program;

    private LoaderBatch(IOperation loop, bool isStacked, IReadOnlyList<IOperation> creations, TorchProgram program) =>
        (Loop, IsStacked, _creations, _program) = (loop, isStacked, creations, program);

    /// <summary>The loader as the loop names it.</summary>
    public IOperation Loop { get; }

    /// <summary>Whether examples are certainly stacked along a new first axis: no collating function of the user's makes the batch.</summary>
    public bool IsStacked { get; }

    /// <summary>Whether the last batch may hold one example: the loader certainly keeps what is left over, and is not made for single examples.</summary>
    public bool MayEndInOne => IsCreated(creation => Constant(creation, "drop_last") is false && Constant(creation, "batchSize") is not 1);

    /// <summary>Whether a batch certainly holds several examples, but for the last.</summary>
    public bool HasSeveral => IsCreated(creation => Constant(creation, "batchSize") is int size and > 1);

    /// <summary>The batch that a value is, or is a part of; null where it is none of a loader's.</summary>
    public static LoaderBatch? Of(IOperation value, MethodBody body, TorchProgram program)
    {
        if (program.Torch.DataLoader is null || !program.Torch.IsTensor(value.Type) || Root(value) is not { } local || LoopOver(local.Local, body.Model) is not { } collection)
        {
            return null;
        }
        IOperation? loader = Whole(body.Model.GetOperation(collection));
        return loader?.Type is { } type && program.Torch.IsDataLoader(type)
            ? new LoaderBatch(
                loader,
                TorchSymbols.Same(type.ContainingAssembly, program.Torch.Tensor.ContainingAssembly) && type is INamedTypeSymbol { Arity: 0 },
                CreationsOf(loader, body, program, Depth),
                program)
            : null;
    }

    // batch["data"], batch[0], batch.Images, pair.Item1
    private static ILocalReferenceOperation? Root(IOperation value)
    {
        while (true)
        {
            switch (value.WithoutConversion())
            {
                case ILocalReferenceOperation local:
                    return local;
                case IMemberReferenceOperation { Instance: { } holder, Member: IFieldSymbol or IPropertySymbol } when !IsOfTensor(holder):
                    value = holder;
                    break;
                case IArrayElementReferenceOperation element:
                    value = element.ArrayReference;
                    break;
                default:
                    return null;
            }
        }
    }

    private static bool IsOfTensor(IOperation holder) => holder.Type is { Name: "Tensor", ContainingType.Name: "torch" };

    /// <summary>What the foreach that declares a local goes over, null where none does. Such a variable is never assigned.</summary>
    public static ExpressionSyntax? LoopOver(ILocalSymbol local, SemanticModel model)
    {
        SyntaxNode? declaration = local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        CommonForEachStatementSyntax? loop = declaration switch
        {
            ForEachStatementSyntax each => each,
            SingleVariableDesignationSyntax designation when designation.FirstAncestorOrSelf<ForEachVariableStatementSyntax>() is { } each
                && each.Variable.Span.Contains(designation.Span) => each,
            _ => null,
        };
        return loop?.SyntaxTree == model.SyntaxTree ? loop?.Expression : null;
    }

    // loader.Take(100)
    private static IOperation? Whole(IOperation? collection) => collection?.WithoutConversion() switch
    {
        IInvocationOperation { TargetMethod: { Name: "Take" or "Skip" or "Where", ContainingType.Name: "Enumerable" } part } call when Visibility.IsOfFramework(part) =>
            Whole(call.Arguments[0].Value),
        var other => other,
    };

    // Empty where one of the places is out of sight.
    private static List<IOperation> CreationsOf(IOperation loader, MethodBody body, TorchProgram program, int depth)
    {
        IOperation value = loader.WithoutConversion();
        switch (value)
        {
            case var _ when depth == 0:
                return [];
            case IObjectCreationOperation:
            case IInvocationOperation { TargetMethod: { IsStatic: true, Name: "DataLoader" } }:
                return [value];
            case IInvocationOperation call when program.Events.CalleeOf(call, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner:
                return All(Returns.Of(inner), returned => CreationsOf(returned, inner, program, depth - 1));
            case ILocalReferenceOperation { Local: var local }:
                return All(body.Locals.WritesOf(local), write => write is null ? [] : CreationsOf(write, body, program, depth - 1));
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member:
                return All(program.Values.AssignedTo(member.Member), given => given is not null && program.Bodies.Around(given.Syntax) is { } place
                    ? CreationsOf(given, place, program, depth - 1)
                    : []);
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol method } parameter } when !Visibility.IsOpen(method, program.Compilation):
                return All(
                    program.References.Of(method),
                    reference => CallBinding.ArgumentsOf(reference).FirstOrDefault(argument =>
                            TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition)) is { } argument
                        && program.Bodies.Around(reference.Syntax) is { } caller
                            ? CreationsOf(argument.Value, caller, program, depth - 1)
                            : []);
            default:
                return [];
        }
    }

    private static List<IOperation> All<T>(IEnumerable<T> places, Func<T, List<IOperation>> of)
    {
        var all = new List<IOperation>();
        foreach (T place in places)
        {
            List<IOperation> one = of(place);
            if (one.Count == 0)
            {
                return [];
            }
            all.AddRange(one);
        }
        return all;
    }

    private bool IsCreated(Func<IOperation, bool> so) => _creations.Count > 0 && _creations.All(so);

    private object? Constant(IOperation creation, string parameter) => CallBinding.ArgumentsOf(creation)
        .FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value is { } given ? ConstantOf(given, creation) : null;

    // A size is often kept in a variable that nothing changes.
    private object? ConstantOf(IOperation given, IOperation creation) => given.WithoutConversion() switch
    {
        { ConstantValue: { HasValue: true, Value: var constant } } => constant,
        ILocalReferenceOperation { Local: var local } when _program.Bodies.Around(creation.Syntax) is { } body => body.Locals.OnlyValueOf(local)?.ConstantValue.Value,
        IFieldReferenceOperation { Field: var field } when _program.Values.AssignedTo(field) is { Length: 1 } only => only[0]?.ConstantValue.Value,
        _ => null,
    };
}

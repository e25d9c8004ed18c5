using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A tensor that parts of batches are made of: one example of many that are stacked, or all examples in one, which batches are cut from.</summary>
/// <param name="tensor">The tensor, where it is given to the data set, or returned by it.</param>
/// <param name="body">The body that it stands in.</param>
/// <param name="isExample">Whether it is one example.</param>
internal sealed class BatchPart(IOperation tensor, MethodBody body, bool isExample)
{
    public IOperation Tensor { get; } = tensor;

    public MethodBody Body { get; } = body;

    public bool IsExample { get; } = isExample;

    /// <summary>What <c>batch["label"]</c>, <c>batch[1]</c> or <c>batch.Targets</c> of a loop over batches is made of; empty where that is not in sight.</summary>
    public static IReadOnlyList<BatchPart> Of(IOperation part, MethodBody body, TorchProgram program) => part switch
    {
        IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: { Length: 1 } key } when LoaderBatch.Of(part, body, program) is { IsStacked: true } batch =>
            OfLoader(batch.Loop, key[0].Value, body, program),
        IConversionOperation { OperatorMethod: not null, Operand: IPropertyReferenceOperation { Property: { Name: "Inputs" or "Targets", ContainingType: var holder } half, Instance: ILocalReferenceOperation { Local: var local } } }
            when GuardTypes.IsBatch(holder) => OfExamples(LoaderBatch.LoopOver(local, body.Model), half.Name, body, program),
        _ => [],
    };

    private static List<BatchPart> OfLoader(IOperation loader, IOperation key, MethodBody body, TorchProgram program)
    {
        if (LoaderCreation.MakerOf(loader, body, program) is not var (made, maker) || LoaderCreation.Of(made, program) is not { } creation
            || creation.ArgumentOf("batchSize")?.Value.Number() is 1 || creation.MakerOfDataset(program) is not var (dataset, around))
        {
            return [];
        }
        return dataset switch
        {
            IInvocationOperation { TargetMethod: { Name: "TensorDataset", ContainingType: var data } } held when program.Torch.Owns(data) =>
                key.Number() is { } index && ListedValues.ElementsOf(held.Arguments[0].Value)?.ElementAtOrDefault((int)index) is { } tensor && !ListedValues.IsSpread(tensor)
                    ? [new(tensor, around, isExample: false)] : [],
            IObjectCreationOperation { Type: INamedTypeSymbol own } when key.ConstantValue is { HasValue: true, Value: string name } && ExampleOf(own, program) is { } method
                && program.Bodies.Of(method) is { } inner => OfReturned(inner, name),
            _ => [],
        };
    }

    private static IMethodSymbol? ExampleOf(INamedTypeSymbol dataset, TorchProgram program) => program.Torch.IsDataset(dataset)
        ? dataset.GetMembers("GetTensor").OfType<IMethodSymbol>().FirstOrDefault(method => method is { IsOverride: true, IsAbstract: false })
        : null;

    /// <summary>The value that each dictionary has under a name that a method may return.</summary>
    private static List<BatchPart> OfReturned(MethodBody body, string name)
    {
        var values = Returns.Of(body).Select(returned => ValueOf(returned.WithoutConversion(), name, body)).ToList();
        return values.Contains(null) ? [] : [.. values.Select(value => new BatchPart(value!, body, isExample: true))];
    }

    private static IOperation? ValueOf(IOperation dictionary, string name, MethodBody body)
    {
        if (dictionary is ILocalReferenceOperation { Local: var local })
        {
            List<IOperation?> given = [.. body.Locals.Of(local).Where(mention => !LocalUses.IsWritten(mention)).Select(mention => EntryBy(mention.Parent, name))];
            IOperation? first = body.Locals.OnlyValueOf(local) is { } made ? ValueOf(made.WithoutConversion(), name, body) : null;
            List<IOperation> entries = [.. given.Append(first).OfType<IOperation>()];
            return entries.Count == 1 && body.Locals.Of(local).All(IsPlain) ? entries[0] : null;
        }
        return dictionary is IObjectCreationOperation { Initializer.Initializers: var initializers }
            && initializers.Select(entry => EntryOf(entry, name)).OfType<IOperation>().ToList() is { Count: 1 } only ? only[0] : null;
    }

    // { "y", value } or ["y"] = value
    private static IOperation? EntryOf(IOperation entry, string name) => entry switch
    {
        IInvocationOperation { TargetMethod.Name: "Add", Arguments: { Length: 2 } pair } => IsKey(pair[0].Value, name) ? pair[1].Value : null,
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: { Length: 1 } key }, Value: var value } => IsKey(key[0].Value, name) ? value : null,
        _ => null,
    };

    private static IOperation? EntryBy(IOperation? user, string name) => user switch
    {
        IInvocationOperation => EntryOf(user, name),
        IPropertyReferenceOperation { Parent: ISimpleAssignmentOperation assignment } entry when assignment.Target == entry => EntryOf(assignment, name),
        _ => null,
    };

    // Whoever else has the dictionary may give it other entries.
    private static bool IsPlain(IOperation mention) => LocalUses.IsWritten(mention) || mention.Parent is IReturnOperation or IConversionOperation { Parent: IReturnOperation }
        || mention.Parent is IInvocationOperation { TargetMethod.Name: "Add" } or IPropertyReferenceOperation;

    private static bool IsKey(IOperation key, string name) => key.ConstantValue is { HasValue: true, Value: string written } && written == name;

    // foreach (Batch batch in examples.Epoch()), where the examples are made by Examples.From(inputs, targets, …).
    private static List<BatchPart> OfExamples(SyntaxNode? collection, string half, MethodBody body, TorchProgram program)
    {
        if (collection is null || body.Model.GetOperation(collection)?.WithoutConversion() is not IInvocationOperation { TargetMethod.Name: "Epoch", Instance: { } examples }
            || LoaderCreation.MakerOf(examples, body, program) is not var (made, maker) || made is not IInvocationOperation { TargetMethod: { Name: "From", ContainingType: var type } } from || !GuardTypes.IsExamples(type))
        {
            return [];
        }
        return from.Arguments.FirstOrDefault(argument => string.Equals(argument.Parameter?.Name, half, StringComparison.OrdinalIgnoreCase))?.Value is IConversionOperation { OperatorMethod: not null, Operand: var all } && program.Torch.IsTensor(all.Type)
            ? [new(all, maker, isExample: false)]
            : [];
    }
}

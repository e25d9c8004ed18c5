using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which modules' parameters an optimizer is made for, as its creation spells it out.</summary>
internal sealed class OptimizerParameters
{
    private readonly ImmutableArray<(Receiver Module, IInvocationOperation Source)>.Builder _sources =
        ImmutableArray.CreateBuilder<(Receiver, IInvocationOperation)>();

    private readonly LocalUses _locals;
    private readonly TorchSymbols _torch;

    private OptimizerParameters(LocalUses locals, TorchSymbols torch) => (_locals, _torch) = (locals, torch);

    /// <summary>The modules, and the calls of parameters() that list them.</summary>
    public IReadOnlyList<(Receiver Module, IInvocationOperation Source)> Sources => _sources;

    /// <summary>Whether it is made for all parameters of these, and for no other.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Whether an operation makes an optimizer: a constructor, or a factory of torch.optim.</summary>
    public static bool IsCreation(IOperation operation, TorchSymbols torch) => operation switch
    {
        IObjectCreationOperation creation => torch.IsOptimizer(creation.Type),
        IInvocationOperation { TargetMethod: { IsStatic: true } factory } => TorchSymbols.Same(factory.ContainingAssembly, torch.Tensor.ContainingAssembly)
            && torch.IsOptimizer(factory.ReturnType),
        _ => false,
    };

    /// <summary>Whether a new optimizer remembers something from step to step: SGD without momentum does not.</summary>
    public static bool HasState(IOperation creation) => creation.Type?.Name != "SGD" || CallBinding.ArgumentsOf(creation).Any(argument =>
        argument.Parameter?.Name == "momentum" && argument.Value.Number() is not 0);

    /// <summary>The local, field or property that a new object is given to at once, on some condition perhaps; null where it is used otherwise.</summary>
    public static ISymbol? HolderOf(IOperation creation)
    {
        while (creation.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceOperation || (creation.Parent as IConditionalOperation)?.Type is not null)
        {
            creation = creation.Parent;
        }
        return creation.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => local,
            IFieldInitializerOperation { InitializedFields: { Length: 1 } fields } => fields[0],
            IPropertyInitializerOperation { InitializedProperties: { Length: 1 } properties } => properties[0],
            IAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } and (ISimpleAssignmentOperation or ICoalesceAssignmentOperation) => local,
            IAssignmentOperation { Target: IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member }
                and (ISimpleAssignmentOperation or ICoalesceAssignmentOperation) => member.Member,
            _ => null,
        };
    }

    /// <summary>Reads the creation of an optimizer, an operation of the tree.</summary>
    public static OptimizerParameters Of(IOperation creation, LocalUses locals, TorchSymbols torch)
    {
        var parameters = new OptimizerParameters(locals, torch);
        if (CallBinding.ArgumentsOf(creation).FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { } first)
        {
            parameters.Read(first.Value);
        }
        else
        {
            parameters.IsComplete = false;
        }
        return parameters;
    }

    /// <summary>Reads an expression that lists parameters, as an optimizer or a clipping function is given it.</summary>
    public static OptimizerParameters ReadFrom(IOperation listed, LocalUses locals, TorchSymbols torch)
    {
        var parameters = new OptimizerParameters(locals, torch);
        parameters.Read(listed);
        return parameters;
    }

    /// <summary>The creations that a local, field or property may hold; empty where one is out of sight.</summary>
    public static ImmutableArray<IOperation> CreationsOf(Receiver optimizer, MethodBody body, TorchProgram program)
    {
        IReadOnlyList<IOperation?> values = optimizer switch
        {
            { Root: ILocalSymbol local, Path.IsEmpty: true } => body.Locals.WritesOf(local),
            { Root: null, Path: { Length: 1 } path } when path[0] is IFieldSymbol or IPropertySymbol => program.Values.AssignedTo(path[0]),
            _ => [],
        };
        ImmutableArray<IOperation>.Builder creations = ImmutableArray.CreateBuilder<IOperation>();
        foreach (IOperation? value in values)
        {
            if (value is { ConstantValue: { HasValue: true, Value: null } })
            {
                continue;
            }
            if (value?.WithoutConversion() is not { } creation || !IsCreation(creation, program.Torch))
            {
                return ImmutableArray<IOperation>.Empty;
            }
            creations.Add(creation);
        }
        return creations.ToImmutable();
    }

    /// <summary>The parameters of an optimizer that is made in one place, null where that is unknown or in several.</summary>
    public static OptimizerParameters? Of(Receiver? optimizer, MethodBody body, TorchProgram program) =>
        optimizer is not null && CreationsOf(optimizer, body, program) is { Length: 1 } creations && program.Bodies.Around(creations[0].Syntax) is { } maker
            && (maker.Outermost == body.Outermost || optimizer.Root is null)
            ? Of(creations[0], maker.Locals, program.Torch)
            : null;

    private void Read(IOperation value)
    {
        switch (value.WithoutConversion())
        {
            case IInvocationOperation { Instance: { } module, TargetMethod.Name: "parameters" or "named_parameters" } call when _torch.IsModule(module.Type):
                if (Receiver.Of(module, _locals) is { } receiver)
                {
                    _sources.Add((receiver, call));
                    IsComplete &= call.Arguments.All(argument => argument.Value.ConstantValue is { HasValue: true, Value: true });
                }
                else
                {
                    IsComplete = false;
                }
                break;
            case IInvocationOperation { TargetMethod: { IsExtensionMethod: true, Name: "Concat" or "Union" or "ToArray" or "ToList" or "AsEnumerable" } } call:
                foreach (IArgumentOperation argument in call.Arguments)
                {
                    Read(argument.Value);
                }
                break;
            case IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: { Length: > 0 } arguments }:
                Read(arguments[0].Value);
                IsComplete = false;
                break;
            case ILocalReferenceOperation { Local: var local } when _locals.OnlyValueOf(local) is { } only and not ILocalReferenceOperation:
                Read(only);
                break;
            case IArrayCreationOperation { Initializer.ElementValues: var elements }:
                foreach (IOperation element in elements)
                {
                    Read(element);
                }
                break;
            case IObjectCreationOperation { Type.Name: "ParamGroup", Arguments: { Length: > 0 } arguments }:
                Read(arguments[0].Value);
                break;
            case ITupleOperation { Elements: var parts }:
                Read(parts[0]);
                break;
            default:
                IsComplete = false;
                break;
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A DataLoader of TorchSharp's own being made, by its constructor or by torch.utils.data.</summary>
internal sealed class LoaderCreation
{
    private const int Depth = 4;

    private LoaderCreation(IOperation operation, MethodBody body) => (Operation, Body) = (operation, body);

    /// <summary>The creation, an operation of the tree.</summary>
    public IOperation Operation { get; }

    public MethodBody Body { get; }

    public IOperation? Dataset => Argument("dataset");

    /// <summary>Whether the order of the examples is a list of the user's own.</summary>
    public bool HasShuffler => Argument("shuffler") is not null;

    /// <summary>Whether it is one, as far as can be told without looking further.</summary>
    public static bool Is(IOperation operation, TorchSymbols torch) => operation switch
    {
        IObjectCreationOperation { Constructor.ContainingType: { } type } => torch.IsDataLoader(type)
            && TorchSymbols.Same(type.ContainingAssembly, torch.Tensor.ContainingAssembly),
        IInvocationOperation { TargetMethod: { Name: "DataLoader", IsStatic: true } factory } => torch.IsDataLoader(factory.ReturnType)
            && TorchSymbols.Same(factory.ContainingAssembly, torch.Tensor.ContainingAssembly),
        _ => false,
    };

    /// <summary>Reads a creation, null where it is none or in no body.</summary>
    public static LoaderCreation? Of(IOperation operation, TorchProgram program) =>
        Is(operation, program.Torch) && program.Bodies.Around(operation.Syntax) is { } body && body.Model.GetOperation(operation.Syntax) is { } made && Is(made, program.Torch)
            ? new LoaderCreation(made, body)
            : null;

    /// <summary>Every creation of the compilation.</summary>
    public static IEnumerable<LoaderCreation> AllIn(TorchProgram program) =>
        new[] { "DataLoader", "IterableDataLoader", "new" }.SelectMany(name => program.References.Named<IOperation>(name))
            .Select(operation => Of(operation, program)).OfType<LoaderCreation>();

    /// <summary>The argument that was given for a parameter, null where it is left out or null.</summary>
    public IOperation? Argument(string parameter) => ArgumentOf(parameter) is { ArgumentKind: not ArgumentKind.DefaultValue, Value: var value }
        && value.WithoutConversion() is { ConstantValue: not { HasValue: true, Value: null } } given and not IDefaultValueOperation ? given : null;

    /// <summary>The argument of a parameter, given or not; null where there is no such parameter.</summary>
    public IArgumentOperation? ArgumentOf(string parameter) =>
        CallBinding.ArgumentsOf(Operation).FirstOrDefault(argument => argument.Parameter?.Name == parameter);

    /// <summary>What makes the data set, and where; null where that is out of sight or may be one of several.</summary>
    public (IOperation Made, MethodBody Body)? MakerOfDataset(TorchProgram program) => MakerOf(Dataset, Body, program, Depth);

    /// <summary>What makes a value that locals, members and arguments hand on; null where that is out of sight or may be one of several.</summary>
    public static (IOperation Made, MethodBody Body)? MakerOf(IOperation? value, MethodBody body, TorchProgram program) => MakerOf(value, body, program, Depth);

    private static (IOperation Made, MethodBody Body)? MakerOf(IOperation? value, MethodBody body, TorchProgram program, int depth)
    {
        if (depth == 0 || value is null)
        {
            return null;
        }
        IOperation plain = value.WithoutConversion();
        switch (plain is ILocalReferenceOperation or IParameterReferenceOperation ? body.Provenance?.Trace(plain).Single : plain)
        {
            case IParameterReferenceOperation { Parameter: var parameter } when parameter.ContainingSymbol is IMethodSymbol method:
                var given = (method.MethodKind == MethodKind.Constructor ? ConstructorBinding.CallsOf(method, program) : program.References.Of(method)).SelectMany(call => CallBinding.ArgumentsOf(call)
                    .Where(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))).ToList();
                return given.Count == 1 && program.Bodies.Around(given[0].Syntax) is { } caller ? MakerOf(given[0].Value, caller, program, depth - 1) : null;
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member:
                return program.Values.AssignedTo(member.Member) is { Length: 1 } held && held[0] is { } only && program.Bodies.Around(only.Syntax) is { } holder
                    ? MakerOf(only, holder, program, depth - 1) : null;
            case IInvocationOperation call when program.Bodies.Of(call.TargetMethod) is { } factory:
                return Returns.Of(factory).ToList() is { Count: 1 } returned ? MakerOf(returned[0], factory, program, depth - 1) : null;
            case null:
                // var (train, test) = Load();
                return TupleElement.From(plain, body) is { } part && part.CallIn(body) is { } load && program.Bodies.Of(load.TargetMethod) is { } loading
                    && Returns.Of(loading).ToList() is { Count: 1 } tuples && tuples[0].WithoutConversion() is ITupleOperation { Elements: var elements } && part.Index < elements.Length
                    ? MakerOf(elements[part.Index], loading, program, depth - 1) : null;
            case var made:
                return (made, body);
        }
    }

    /// <summary>What a message calls it: the variable that it is held in, or the expression.</summary>
    public string Name => OptimizerParameters.HolderOf(Operation)?.Name ?? "DataLoader";
}

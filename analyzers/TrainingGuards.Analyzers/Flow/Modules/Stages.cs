using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What is applied directly after what: the neighbours in a Sequential, and in a forward a call and the call that made its only input.</summary>
internal sealed class Stages(TorchProgram program)
{
    /// <summary>Whether an operation may be the end of a chain, told without looking further.</summary>
    public static bool IsCandidate(IOperation operation, TorchSymbols torch) =>
        (operation.Type is { } type && Layers.IsSequential(type, torch) && operation is IObjectCreationOperation or IInvocationOperation { TargetMethod.IsStatic: true })
        || (operation is IInvocationOperation call && (EventVocabulary.IsForward(call, torch) || (TensorCall.From(call, torch) is { } function && Activation.Of(function) is not null)));

    /// <summary>The chains that an operation ends, each in the order of application: all of a Sequential, or a call in a forward and what comes before it.</summary>
    /// <param name="operation">A creation of a Sequential, or a call.</param>
    /// <param name="length">How many stages of a forward are looked back at.</param>
    /// <param name="seesThrough">Whether Dropout and Identity are left out.</param>
    public IEnumerable<ImmutableArray<Stage>> EndingAt(IOperation operation, int length, bool seesThrough)
    {
        // The shared operations, by which the mentions of a local are told apart.
        if (program.Bodies.Around(operation.Syntax) is not { } body || program.Bodies.ModelOf(operation.Syntax.SyntaxTree).GetOperation(operation.Syntax) is not { } shared)
        {
            return [];
        }
        if (shared.Type is { } type && Layers.IsSequential(type, program.Torch) && program.Values.Of(shared, body) is { Length: 1 } made && made[0].Creation == shared)
        {
            return InSequential(shared, body, seesThrough);
        }
        return StageOf(shared, body) is { } last ? [Before(last, body, length, seesThrough)] : [];
    }

    /// <summary>The runs of known layers in a Sequential: what is unknown interrupts one.</summary>
    private IEnumerable<ImmutableArray<Stage>> InSequential(IOperation creation, MethodBody body, bool seesThrough)
    {
        var run = ImmutableArray.CreateBuilder<Stage>();
        foreach (IOperation element in Architecture.Of(creation, program.Torch).Elements)
        {
            Stage? stage = LayerOf(element, body) is { } layer ? new Stage(element, layer, function: null, isAppliedOnce: layer.Creation == element) : null;
            if (stage is not null && !(seesThrough && stage.IsTransparent(program.Torch)))
            {
                run.Add(stage);
            }
            else if (stage is null)
            {
                yield return run.ToImmutable();
                run.Clear();
            }
        }
        yield return run.ToImmutable();
    }

    private ImmutableArray<Stage> Before(Stage last, MethodBody body, int length, bool seesThrough)
    {
        var chain = new List<Stage> { last };
        for (Stage stage = last; chain.Count < length;)
        {
            if (InputOf(stage) is not { } input || body.Provenance?.Trace(input).Single is not { } maker || StageOf(maker, body) is not { } before
                || !IsOnlyUse(maker, input, body))
            {
                break;
            }
            stage = before;
            if (!(seesThrough && before.IsTransparent(program.Torch)))
            {
                chain.Insert(0, before);
            }
        }
        return chain.ToImmutableArray();
    }

    private static IOperation? InputOf(Stage stage) =>
        stage.Function?.Input ?? (stage.Operation is IInvocationOperation { Arguments: { Length: > 0 } arguments } ? arguments[0].Value : null);

    private Stage? StageOf(IOperation operation, MethodBody body)
    {
        if (operation is not IInvocationOperation call)
        {
            return null;
        }
        if (TensorCall.From(call, program.Torch) is { } function)
        {
            return new Stage(call, layer: null, function, isAppliedOnce: true);
        }
        return EventVocabulary.IsForward(call, program.Torch) && call.Instance is { } instance && LayerOf(instance, body) is { } layer
            ? new Stage(call, layer, function: null, IsAppliedOnce(instance))
            : null;
    }

    private Layer? LayerOf(IOperation module, MethodBody body) =>
        program.Values.Of(module, body) is { Length: 1 } made && made[0] is { Creation: { } creation, IsChanged: false, Type: var type }
        && Layers.IsBuiltIn(type, program.Torch) && !Layers.IsContainer(type, program.Torch)
            ? new Layer(type, creation)
            : null;

    private bool IsAppliedOnce(IOperation instance) => instance.WithoutConversion() is IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: var member }
        && program.Values.AssignedTo(member).Length == 1 && LayerUses.Of(member, program).Take(2).Count() == 1;

    private static bool IsOnlyUse(IOperation maker, IOperation input, MethodBody body)
    {
        IOperation value = maker;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        ISymbol? local = value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } } => declared,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation target, Parent: IExpressionStatementOperation } => target.Local,
            ISimpleAssignmentOperation { Target: IParameterReferenceOperation target, Parent: IExpressionStatementOperation } => target.Parameter,
            _ => null,
        };
        if (local is null)
        {
            return value == input || maker == input.WithoutConversion();
        }
        IOperation read = input.WithoutConversion();
        return body.Locals.Of(local).All(mention => mention == read || mention.Parent is IAssignmentOperation assignment && assignment.Target == mention
            || (body.Provenance?.Trace(mention) is { IsUnknown: false } origin && !origin.Operations.Contains(maker)));
    }
}

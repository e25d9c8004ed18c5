using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A learning-rate scheduler: how it is made, and for which optimizer.</summary>
/// <param name="creation">The constructor or factory call, an operation of the tree.</param>
/// <param name="maker">The body that makes it.</param>
/// <param name="optimizers">What its optimizer is called where the scheduler was asked for; empty where it has no name there.</param>
/// <param name="isPassed">Whether a caller handed it to the code that asked, so that another caller may hand it another kind.</param>
internal sealed class Scheduler(IOperation creation, MethodBody maker, ImmutableArray<Receiver> optimizers, bool isPassed)
{
    private const int Depth = 4;

    private static readonly ImmutableArray<Scheduler> Unknown = ImmutableArray<Scheduler>.Empty;

    public IOperation Creation { get; } = creation;

    public MethodBody Maker { get; } = maker;

    public ImmutableArray<Receiver> Optimizers { get; } = optimizers;

    public bool IsPassed { get; } = isPassed;

    /// <summary>Which one it is: <c>StepLR</c>, <c>ReduceLROnPlateau</c>.</summary>
    public string Kind => KindOf(Creation);

    public static string KindOf(IOperation creation) => creation is IInvocationOperation factory ? factory.TargetMethod.Name : creation.Type?.Name ?? "";

    /// <summary>Whether an operation makes one of TorchSharp's schedulers: a constructor, or a factory of torch.optim.lr_scheduler.</summary>
    public static bool IsCreation(IOperation operation, TorchSymbols torch) => operation switch
    {
        IObjectCreationOperation { Type: { } type } => TorchSymbols.DerivesFrom(type, torch.LRScheduler) && torch.Owns(type),
        IInvocationOperation { TargetMethod: { IsStatic: true } factory } => TorchSymbols.DerivesFrom(factory.ReturnType, torch.LRScheduler) && torch.Owns(factory),
        _ => false,
    };

    /// <summary>An argument of the creation that is given, null where it is left to its default.</summary>
    public static IArgumentOperation? ArgumentOf(IOperation creation, string parameter) => CallBinding.ArgumentsOf(creation).FirstOrDefault(argument =>
        argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter?.Name == parameter);

    /// <summary>Every scheduler that a name of <paramref name="body"/> may stand for; empty where one of them is out of sight.</summary>
    public static ImmutableArray<Scheduler> Of(Receiver? scheduler, MethodBody body, TorchProgram program) =>
        scheduler is null ? Unknown : Of(scheduler, body, program, Depth);

    private static ImmutableArray<Scheduler> Of(Receiver scheduler, MethodBody body, TorchProgram program, int depth) => scheduler switch
    {
        _ when depth == 0 => Unknown,
        { Root: ILocalSymbol local, Path.IsEmpty: true } => All(body.Locals.WritesOf(local), value => MadeBy(value, body, program, depth)),
        { Root: IParameterSymbol parameter, Path.IsEmpty: true } when body.Locals.WritesOf(parameter).Count == 0 => PassedTo(parameter, program, depth),
        { Root: null, Path: { Length: 1 } path } when path[0] is IParameterSymbol captured => PassedTo(captured, program, depth),
        { Root: null, Path: { Length: 1 } path } when path[0] is IFieldSymbol or IPropertySymbol => All(
            program.Values.AssignedTo(path[0]), value => HeldFrom(value, program, depth)),
        _ => Unknown,
    };

    private static ImmutableArray<Scheduler> MadeBy(IOperation? value, MethodBody body, TorchProgram program, int depth) => value?.WithoutConversion() switch
    {
        null => Unknown,
        IConditionalOperation { WhenFalse: { } other } choice => All([choice.WhenTrue, other], branch => MadeBy(branch, body, program, depth)),
        ICoalesceOperation choice => All([choice.Value, choice.WhenNull], branch => MadeBy(branch, body, program, depth)),
        { } made when IsCreation(made, program.Torch) => ImmutableArray.Create(
            new Scheduler(made, program.Bodies.Around(made.Syntax) ?? body, OptimizerOf(made, body), isPassed: false)),
        { } named => Receiver.Of(named, body.Locals) is { } scheduler ? Of(scheduler, body, program, depth - 1) : Unknown,
    };

    private static ImmutableArray<Receiver> OptimizerOf(IOperation creation, MethodBody body) =>
        ArgumentOf(creation, "optimizer") is { } argument && Receiver.Of(argument.Value, body.Locals) is { } optimizer
            ? ImmutableArray.Create(optimizer)
            : ImmutableArray<Receiver>.Empty;

    /// <summary>What a member was given; a member is known by the same name in every body of its type, and what else the optimizer is held in is too.</summary>
    private static ImmutableArray<Scheduler> HeldFrom(IOperation? value, TorchProgram program, int depth) =>
        value is not null && program.Bodies.Around(value.Syntax) is { } maker
            ? Renamed(MadeBy(value, maker, program, depth), name => name.Root is null ? [name] : MembersHolding(name.Root, maker), isPassed: false)
            : Unknown;

    private static IEnumerable<Receiver> MembersHolding(ISymbol variable, MethodBody body)
    {
        foreach (IOperation mention in body.Locals.Of(variable))
        {
            IOperation value = mention.Parent is IConversionOperation conversion ? conversion : mention;
            if (value.Parent is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: var member } } assignment
                && assignment.Value == value)
            {
                yield return Receiver.Member(member);
            }
        }
    }

    private static ImmutableArray<Scheduler> PassedTo(IParameterSymbol parameter, TorchProgram program, int depth)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol callee)
        {
            return Unknown;
        }
        return All(program.References.Of(callee), call =>
            call is IInvocationOperation or IObjectCreationOperation && program.Bodies.Around(call.Syntax) is { } caller
            && CallBinding.ArgumentsOf(call).FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition)) is { } given
                ? Renamed(
                    MadeBy(given.Value, caller, program, depth - 1), name => CallBinding.IntoCallee(call!, callee, name, program, caller.Locals), isPassed: true)
                : Unknown);
    }

    private static ImmutableArray<Scheduler> Renamed(ImmutableArray<Scheduler> schedules, Func<Receiver, IEnumerable<Receiver>> names, bool isPassed) =>
        ImmutableArray.CreateRange(schedules, one => new Scheduler(one.Creation, one.Maker, one.Optimizers.SelectMany(names).ToImmutableArray(), one.IsPassed || isPassed));

    // One value in the dark leaves the whole in the dark; a null is no scheduler.
    private static ImmutableArray<Scheduler> All(IEnumerable<IOperation?> values, Func<IOperation?, ImmutableArray<Scheduler>> of)
    {
        ImmutableArray<Scheduler>.Builder all = ImmutableArray.CreateBuilder<Scheduler>();
        foreach (IOperation? value in values)
        {
            if (value?.WithoutConversion() is { ConstantValue: { HasValue: true, Value: null } })
            {
                continue;
            }
            ImmutableArray<Scheduler> one = of(value);
            if (one.IsEmpty)
            {
                return Unknown;
            }
            all.AddRange(one);
        }
        return all.ToImmutable();
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a value comes from: the operations that made it, seen through locals, tuples, conversions and branches.</summary>
internal sealed class Provenance
{
    private readonly ReachingDefinitions _definitions;

    private Provenance(ControlFlowGraph graph) => _definitions = ReachingDefinitions.Of(graph);

    public static Provenance Of(ControlFlowGraph graph) => new(graph);

    /// <summary>Every operation that may have made <paramref name="value"/>.</summary>
    public Origin Trace(IOperation value)
    {
        var origins = ImmutableArray.CreateBuilder<IOperation>();
        return Trace(value, origins, []) && origins.Count > 0 ? new Origin(origins.ToImmutable()) : Origin.Unknown;
    }

    /// <summary>The one definition whose value a reference to a local or parameter has; null where there may be several, or unknown ones.</summary>
    public Definition? Definition(IOperation reference) => Reaching(reference.WithoutConversion()) is { Count: 1 } only ? only[0] : null;

    /// <summary>
    /// Asks a question of a value that is yes only if it is yes for every operation that may have made it. The question may ask itself
    /// about operands; a value made from itself, as a sum in a loop is, is judged by what it was first made of.
    /// </summary>
    public Answer Ask(IOperation value, Func<IOperation, Func<IOperation, Answer>, Answer> question)
    {
        var asked = new HashSet<IOperation>();
        return AskOne(value);

        Answer AskOne(IOperation operand)
        {
            Answer? all = null;
            foreach (IOperation origin in Trace(operand).Operations)
            {
                if (!asked.Add(origin))
                {
                    continue;
                }
                Answer answer = question(origin, AskOne);
                asked.Remove(origin);
                all = all is null || all == answer ? answer : Answer.Unknown;
            }
            return all ?? Answer.Unknown;
        }
    }

    private IReadOnlyList<Definition>? Reaching(IOperation reference) => reference switch
    {
        ILocalReferenceOperation local => _definitions.Reaching(local.Syntax, local.Local),
        IParameterReferenceOperation parameter => _definitions.Reaching(parameter.Syntax, parameter.Parameter),
        _ => null,
    };

    private bool Trace(IOperation? value, ImmutableArray<IOperation>.Builder origins, HashSet<Definition> seen)
    {
        switch (value?.WithoutConversion())
        {
            case null:
                return false;
            case { ConstantValue: { HasValue: true, Value: null } }:
                // A null is no value that anything could be done to.
                return true;
            case ILocalReferenceOperation or IParameterReferenceOperation:
                return TraceVariable(value.WithoutConversion(), origins, seen);
            case IFieldReferenceOperation { Instance: { Type.IsTupleType: true } tuple } element:
                return TraceElement(tuple, element, origins, seen);
            case IConditionalOperation conditional:
                return Trace(conditional.WhenTrue, origins, seen) && Trace(conditional.WhenFalse, origins, seen);
            case ICoalesceOperation coalesce:
                return Trace(coalesce.Value, origins, seen) && Trace(coalesce.WhenNull, origins, seen);
            case ISwitchExpressionOperation choice:
                return choice.Arms.All(arm => Trace(arm.Value, origins, seen));
            case ISimpleAssignmentOperation { IsRef: false } assignment:
                return Trace(assignment.Value, origins, seen);
            case IThrowOperation:
                return true;
            case IInvalidOperation:
                return false;
            case var made:
                if (!origins.Contains(made))
                {
                    origins.Add(made);
                }
                return true;
        }
    }

    private bool TraceVariable(IOperation reference, ImmutableArray<IOperation>.Builder origins, HashSet<Definition> seen)
    {
        if (Reaching(reference) is not { } reaching)
        {
            return false;
        }
        foreach (Definition definition in reaching)
        {
            if (!seen.Add(definition))
            {
                continue;
            }
            if (definition.IsEntry)
            {
                origins.Add(reference);
            }
            else if (!Trace(definition.Value, origins, seen))
            {
                return false;
            }
        }
        return true;
    }

    private bool TraceElement(
        IOperation tuple, IFieldReferenceOperation element, ImmutableArray<IOperation>.Builder origins, HashSet<Definition> seen)
    {
        int index = ((INamedTypeSymbol)tuple.Type!).TupleElements.IndexOf(element.Field, SymbolEqualityComparer.Default);
        return index >= 0 && Trace(tuple) is { IsUnknown: false } made
            && made.Operations.All(origin => origin is ITupleOperation literal && Trace(literal.Elements[index], origins, seen));
    }
}

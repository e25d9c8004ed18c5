using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether a module also goes by a name that its path does not show, so that its mode may be set behind the path's back.</summary>
internal static class ModuleEscapes
{
    /// <summary>Whether a mention of the module stores it, or gives away what sets its mode.</summary>
    public static bool Has(Receiver module, LocalUses locals, TorchProgram program) => MentionsOf(module, locals, program).Any(mention => Escapes(mention, locals, program));

    private static IEnumerable<IOperation> MentionsOf(Receiver module, LocalUses locals, TorchProgram program) => module switch
    {
        { Root: { } root } => locals.Of(root),
        { Path.Length: > 0 } when module.Path[0] is IFieldSymbol or IPropertySymbol => program.References.Of(module.Path[0]),
        _ => [],
    };

    private static bool Escapes(IOperation mention, LocalUses locals, TorchProgram program)
    {
        IOperation value = mention;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        return value.Parent switch
        {
            // holder.Model = model; new Holder { Model = model }; new { model }
            ISimpleAssignmentOperation assignment => assignment.Value == value && assignment.Target is not (ILocalReferenceOperation or IDiscardOperation)
                && !KeepsArgument(assignment),
            ITupleOperation tuple => tuple.Parent is not IDeconstructionAssignmentOperation,
            IArrayInitializerOperation list => list.Parent?.Parent is not IArgumentOperation { ArgumentKind: ArgumentKind.ParamArray },
            // Action evaluate = model.eval;
            IMethodReferenceOperation group => group.Method.Name is "eval" or "train",
            // run(() => model.eval()), which may be at any time.
            IInvocationOperation { TargetMethod.Name: "eval" or "train" } call => call.Instance == value && RunsAtAnyTime(call, locals, program),
            _ => false,
        };
    }

    // What a constructor keeps is followed by the name of the field.
    private static bool KeepsArgument(ISimpleAssignmentOperation assignment) =>
        assignment is { Target: IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } };

    // A function that is only ever called by its name runs where the calls are.
    private static bool RunsAtAnyTime(IOperation operation, LocalUses locals, TorchProgram program)
    {
        for (IOperation? outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is ILocalFunctionOperation { Symbol: var function })
            {
                return program.References.Of(function).Any(reference => reference is IMethodReferenceOperation);
            }
            if (outer is IAnonymousFunctionOperation)
            {
                IOperation? created = outer.Parent;
                while (created is IConversionOperation or IDelegateCreationOperation)
                {
                    created = created.Parent;
                }
                return created is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var name } }
                    || locals.Of(name).Any(mention => mention.Parent is not IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke });
            }
        }
        return false;
    }
}

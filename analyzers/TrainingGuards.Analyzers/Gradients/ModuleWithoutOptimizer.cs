using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1011: of two modules in a row, one is in an optimizer and the other in none.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleWithoutOptimizer() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ModuleWithoutOptimizer,
        nameof(ModuleWithoutOptimizer),
        "A module whose output reaches the loss is in no optimizer",
        "'{0}' is in no optimizer although the loss is computed through it and '{1}', so it never trains. Give its parameters to the optimizer as well.",
        "Gradients are computed for every module on the way to the loss, and used only by an optimizer that was given its parameters.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (OptimizerParameters.IsCreation(operation.Operation, torch))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        SyntaxNode syntax = context.Operation.Syntax;
        if (program.Bodies.Around(syntax) is not { Outermost: var member } body || body.Model.GetOperation(syntax) is not { } creation)
        {
            return;
        }
        var all = member.Root.Descendants().ToList();
        var optimizers = all.Where(operation => OptimizerParameters.IsCreation(operation, program.Torch)).ToList();
        // One diagnostic a method, at its first optimizer; a history that is cut anywhere may be cut here.
        if (optimizers.Count == 0 || optimizers[0] != creation || StepsOthers(all, program.Torch)
            || all.Any(operation => TensorCall.From(operation, program.Torch) is { Name: "detach" }))
        {
            return;
        }
        var parameters = optimizers.Select(optimizer => OptimizerParameters.Of(optimizer, member.Locals, program.Torch)).ToList();
        if (!parameters.TrueForAll(one => one.IsComplete))
        {
            return;
        }
        var trained = parameters.SelectMany(one => one.Sources).Select(source => source.Module).ToList();
        var forwards = all.OfType<IInvocationOperation>().Where(call => EventVocabulary.IsForward(call, program.Torch)).ToList();
        foreach (IInvocationOperation forward in forwards)
        {
            if (forward.Instance?.WithoutConversion() is ILocalReferenceOperation { Local: var local }
                && !trained.Exists(module => module.StartsWith(Receiver.At(local)))
                && IsMadeToTrain(local, member, program)
                && Neighbour(forward, forwards, trained, member, program) is { } neighbour
                && !GradientMode.IsOff(forward, program.Torch)
                && OutputUses.Of(forward, member, program).Backward is not null)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, syntax.GetLocation(), [forward.Syntax.GetLocation()], local.Name, neighbour));
                return;
            }
        }
    }

    /// <summary>Whether an optimizer steps here that came from elsewhere, and may be for any module.</summary>
    private static bool StepsOthers(List<IOperation> all, TorchSymbols torch) => all.OfType<IInvocationOperation>().Any(call =>
        EventVocabulary.KindOf(call, torch) == EventKind.OptimizerStep && call.Instance?.Symbol() is not ILocalSymbol);

    /// <summary>Whether a module is new, has parameters, and is used for nothing but its output: not frozen, loaded, wrapped or handed over.</summary>
    private static bool IsMadeToTrain(ILocalSymbol module, MethodBody member, TorchProgram program)
    {
        return member.Locals.OnlyValueOf(module)?.WithoutConversion() is { } creation
            && creation is IObjectCreationOperation or IInvocationOperation { TargetMethod.IsStatic: true }
            && !CallBinding.ArgumentsOf(creation).Any(argument => argument.Value.Type?.SpecialType == SpecialType.System_String && argument.ArgumentKind != ArgumentKind.DefaultValue)
            && program.Values.Of(creation, member) is { Length: 1 } made && made[0].Creation is not null
            && program.Types.LayersOf(made[0]).Contains(HasParameters) == Answer.Yes
            && !LoadsOrFreezes(creation, program)
            && member.Locals.Of(module).All(IsForwardOrMode);

        static bool IsForwardOrMode(IOperation mention) => mention.Parent switch
        {
            IInvocationOperation call when call.Instance == mention => call.TargetMethod.Name is "call" or "forward" or "train" or "zero_grad" or "save",
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } } => Receiver.ReturnsItsModule(method),
            _ => false,
        };
    }

    private static bool LoadsOrFreezes(IOperation creation, TorchProgram program) =>
        creation is IObjectCreationOperation { Constructor: { } constructor } && program.Bodies.Of(constructor) is { } body
        && body.Root.Descendants().Any(part => part is IInvocationOperation { TargetMethod.Name: "load" or "load_py" or "load_state_dict" or "requires_grad_" or "eval" }
            or IPropertyReferenceOperation { Property.Name: "requires_grad" });

    private static bool HasParameters(Layer layer)
    {
        for (INamedTypeSymbol? type = layer.Type; type is not null; type = type.BaseType)
        {
            if (type.GetMembers().OfType<IPropertySymbol>().Any(property => property.Type.Name == "Parameter"))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A trained module right before or after a forward pass, on the way to the loss.</summary>
    private static Receiver? Neighbour(
        IInvocationOperation forward, List<IInvocationOperation> forwards, List<Receiver> trained, MethodBody member, TorchProgram program)
    {
        foreach (IInvocationOperation other in forwards)
        {
            if (Receiver.Of(other.Instance, member.Locals) is { } module && trained.Contains(module) && (IsMadeFrom(other, forward) || IsMadeFrom(forward, other)))
            {
                return module;
            }
        }
        return null;

        bool IsMadeFrom(IInvocationOperation call, IInvocationOperation source)
        {
            var seen = new HashSet<IOperation>();
            return call.Arguments.Any(argument => Leads(argument.Value));

            bool Leads(IOperation value) => member.Provenance?.Trace(value).Operations.Any(made => made == source || (seen.Add(made) && made switch
            {
                IBinaryOperation binary => Leads(binary.LeftOperand) || Leads(binary.RightOperand),
                _ => TensorCall.From(made, program.Torch) is { } operation && Leads(operation.Input),
            })) == true;
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3002: a module that no other registers does not register its own components.</summary>
/// <remarks>A module whose parent registers it needs no call: register_module makes it on the child. So the module must be seen to have no parent.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingRegisterComponents() : TorchAnalyzer(Descriptor)
{
    private const string Registration = "RegisterComponents";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.MissingRegisterComponents,
        nameof(MissingRegisterComponents),
        "A module does not register its components",
        "'{0}' never registers its components, and {1}. Call RegisterComponents() at the end of its constructor.",
        "What is not registered is in no optimizer and in no checkpoint, stays on its device and in its mode.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterModuleAction(context, torch, (symbol, type) =>
        {
            if (!type.IsAbstract && HasComponents(type, torch) && !CallsIt(type))
            {
                Analyze(symbol, type, TorchProgram.Of(symbol.Compilation, torch));
            }
        });

    // Nearly every module does so itself, or its base, which their syntax tells.
    private static bool CallsIt(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type.OriginalDefinition; current is { DeclaringSyntaxReferences.IsEmpty: false }; current = current.BaseType?.OriginalDefinition)
        {
            if (References.IsCalledByItself(Registration, current))
            {
                return true;
            }
        }
        return false;
    }

    private static bool HasComponents(INamedTypeSymbol type, TorchSymbols torch) =>
        ModuleTypes.Fields(type).Any(field => torch.IsModule(field.Type) || torch.IsParameter(field.Type));

    private static void Analyze(SymbolAnalysisContext context, INamedTypeSymbol type, TorchProgram program)
    {
        if (program.Registrations.InConstructor(type) != Answer.No || program.Registrations.IsByHand(type) || MentionsRegistration(type, program))
        {
            return;
        }
        foreach (IObjectCreationOperation creation in type.InstanceConstructors.SelectMany(constructor => program.References.Of(constructor)).OfType<IObjectCreationOperation>())
        {
            if (program.Bodies.Around(creation.Syntax) is { } body && NewModule.Learns(new ModuleValue((INamedTypeSymbol)creation.Type!, creation, body), program)
                && Reason(ModuleOwnership.Of(creation, body, program), type) is var (reason, place))
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptor, type.Locations[0], [place.Syntax.GetLocation()], type.Name, reason));
                return;
            }
        }
    }

    private static (string Reason, IOperation Place)? Reason(ModuleOwnership ownership, INamedTypeSymbol type)
    {
        if (ownership.MayHaveParent)
        {
            return null;
        }
        return ownership.InSequential.FirstOrDefault() is { } place ? ("the Sequential that it is put into does not do it", place)
            : ownership.RootUses.FirstOrDefault() is { } use ? ($"'{use.TargetMethod.Name}' of a '{type.Name}' does not reach them", use)
            : null;
    }

    // Called by a method that is not the constructor's: when, is open.
    private static bool MentionsRegistration(INamedTypeSymbol type, TorchProgram program) =>
        program.References.Named<IInvocationOperation>(Registration).Any(call => call.Instance?.Type is { } owner
            && TorchSymbols.DerivesFrom(type, (owner as INamedTypeSymbol)?.OriginalDefinition));
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3005: a module's field has the name of a base's, of which RegisterComponents then sees only the derived one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HiddenBaseField() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.HiddenBaseField,
        nameof(HiddenBaseField),
        "A module's field hides a component of its base",
        "'{0}' has the name of a component of '{1}', which is therefore never registered. Rename one of the two.",
        "Components are registered by their fields' names, the most derived first: private ones of a base count as well.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        context.RegisterSymbolAction(
            symbol =>
            {
                var type = (INamedTypeSymbol)symbol.Symbol;
                if (type is { TypeKind: TypeKind.Class, BaseType: { DeclaringSyntaxReferences.IsEmpty: false } parent } && torch.IsModule(parent))
                {
                    foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic))
                    {
                        if (ModuleTypes.Fields(parent).FirstOrDefault(candidate => candidate.Name == field.Name && IsComponent(candidate, torch)) is { } hidden)
                        {
                            Analyze(symbol, field.AssociatedSymbol ?? field, hidden.AssociatedSymbol ?? hidden, TorchProgram.Of(symbol.Compilation, torch));
                        }
                    }
                }
            },
            SymbolKind.NamedType);

    private static bool IsComponent(IFieldSymbol field, TorchSymbols torch) => torch.IsModule(field.Type) || torch.IsParameter(field.Type) || torch.IsTensor(field.Type);

    private static void Analyze(SymbolAnalysisContext context, ISymbol field, ISymbol hidden, TorchProgram program)
    {
        if (!program.Registrations.IsByHand(field.ContainingType) && IsFilled(hidden, program) && IsUsed(hidden, program))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, field.Locations[0], [hidden.Locations[0]], field.Name, hidden.ContainingType.Name));
        }
    }

    private static bool IsFilled(ISymbol member, TorchProgram program) => program.Values.AssignedTo(member).Any(value =>
        value is not null && program.Bodies.Around(value.Syntax) is { } body && (NewModule.Learns(value, body, program) || IsNewTensor(value, program)));

    private static bool IsNewTensor(IOperation value, TorchProgram program) =>
        value.WithoutConversion() is IInvocationOperation { TargetMethod: { IsStatic: true } factory } && TorchSymbols.Same(factory.ContainingType, program.Torch.Torch);

    // What the derived type replaces altogether is no loss.
    private static bool IsUsed(ISymbol member, TorchProgram program) =>
        program.References.Of(member).Any(mention => mention.Parent is not IAssignmentOperation assignment || assignment.Target != mention);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3011: a layer is made and registered, and nothing uses it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnusedLayer() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.UnusedLayer,
        nameof(UnusedLayer),
        "A layer is made and never used",
        "No method applies '{0}', so the {1} has no effect{2}. Use it in forward, or remove it.",
        "An idle layer is saved, counted and given to the optimizer; that it is missing from the computation shows nowhere.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterModuleAction(context, torch, (symbol, type) =>
        {
            foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && torch.IsModule(field.Type) && !torch.IsLossModule(field.Type)))
            {
                Analyze(symbol, field.AssociatedSymbol ?? field, TorchProgram.Of(symbol.Compilation, torch));
            }
        });

    private static void Analyze(SymbolAnalysisContext context, ISymbol member, TorchProgram program)
    {
        // Nearly every layer is called by its own class, which its syntax tells.
        if (References.IsAccessed(member.Name, member.ContainingType, "call", "forward")
            || Visibility.IsOpen(member, program.Compilation) || ImplementsOrOverrides(member)
            || LayerUses.Of(member, program).Any()
            || MadeFor(member, program) is not { } layer || !Computes(member.ContainingType, program) || ReachesByOtherNames(member.ContainingType, program))
        {
            return;
        }
        ISymbol? twin = TwinOf(member, layer, program);
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            member.Locations[0],
            twin is null ? [] : [twin.Locations[0]],
            member.Name,
            layer.Name,
            twin is null ? "" : $" while '{twin.Name}' is applied twice"));
    }

    /// <summary>The type of the layer that a member holds, null where it may hold none, or one that is to do nothing.</summary>
    private static INamedTypeSymbol? MadeFor(ISymbol member, TorchProgram program)
    {
        var values = program.Values.AssignedTo(member).ToList();
        var made = values.Select(value => value is not null && program.Bodies.Around(value.Syntax) is { } body ? NewModule.Of(value, body, program) : null).ToList();
        return made.Count > 0 && made.All(module => module is not null && program.Types.LayersOf(module).Certain.Any(layer => layer.Type.Name != "Identity")) ? made[0]!.Type : null;
    }

    /// <summary>Whether a type has a forward that returns something; what only throws is not finished, or only a holder of layers.</summary>
    private static bool Computes(INamedTypeSymbol type, TorchProgram program)
    {
        for (INamedTypeSymbol? current = type; current is { DeclaringSyntaxReferences.IsEmpty: false }; current = current.BaseType)
        {
            if (current.GetMembers("forward").OfType<IMethodSymbol>().Any(forward => program.Bodies.Of(forward) is { } body && Returns.Of(body).Any(returned => returned.WithoutConversion() is not IThrowOperation)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool ImplementsOrOverrides(ISymbol member) => member is IPropertySymbol property
        && (property.IsVirtual || property.IsOverride || property.IsAbstract
            || property.ContainingType.AllInterfaces.SelectMany(type => type.GetMembers(property.Name)).Any());

    // foreach (var layer in children()) x = layer.call(x);
    private static bool ReachesByOtherNames(INamedTypeSymbol type, TorchProgram program) => new[] { "children", "named_children", "modules", "named_modules", "GetType", "_internal_submodules" }
        .SelectMany(name => program.References.Named<IOperation>(name))
        .Select(reach => reach is IInvocationOperation call ? call.Instance : (reach as IMemberReferenceOperation)?.Instance)
        .Any(instance => instance is IInstanceReferenceOperation { Type: INamedTypeSymbol owner }
            && (TorchSymbols.DerivesFrom(type, owner.OriginalDefinition) || TorchSymbols.DerivesFrom(owner, type.OriginalDefinition)));

    /// <summary>A member of the same type of layer that one forward applies twice: the likely slip of the pen.</summary>
    private static ISymbol? TwinOf(ISymbol member, INamedTypeSymbol layer, TorchProgram program) =>
        ModuleTypes.Components(member.ContainingType, program.Torch).FirstOrDefault(candidate => !TorchSymbols.Same(candidate, member)
            && TorchSymbols.Same(MadeFor(candidate, program), layer)
            && program.References.Of(candidate).Count(mention => mention.Parent is IInvocationOperation { TargetMethod.Name: "call" or "forward" }) > 1);
}

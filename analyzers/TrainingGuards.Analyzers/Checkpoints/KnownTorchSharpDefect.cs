using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>TG7005: an API is used that the referenced version of TorchSharp computes wrongly.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KnownTorchSharpDefect() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.KnownTorchSharpDefect,
        nameof(KnownTorchSharpDefect),
        "The referenced TorchSharp computes it wrongly",
        "'{0}' of TorchSharp {1} {2}. {3}.",
        "Some versions of the library are wrong without a word: the page lists what, since when, and what to do.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        IAssemblySymbol assembly = torch.Tensor.ContainingAssembly;
        if (TorchVersion.Of(assembly) is not { } version)
        {
            return;
        }
        var defects = KnownDefects.All.Where(defect => defect.IsIn(version)).ToList();
        var names = defects.SelectMany(defect => defect.Members).Select(member => member.Member).ToImmutableHashSet(StringComparer.Ordinal);
        var byMember = new Lazy<ILookup<ISymbol, KnownDefect>>(() => defects
            .SelectMany(defect => defect.Members.SelectMany(member => KnownDefect.Find(member, assembly)).Select(symbol => (Symbol: symbol, Defect: defect)))
            .ToLookup<(ISymbol Symbol, KnownDefect Defect), ISymbol, KnownDefect>(pair => pair.Symbol, pair => pair.Defect, SymbolEqualityComparer.Default));
        RegisterOperationAction(
            context,
            operation =>
            {
                if (UsedBy(operation.Operation) is { } member && names.Contains(member.Name) && TorchSymbols.Same(member.ContainingAssembly, assembly))
                {
                    Report(operation, byMember.Value[member.OriginalDefinition], version, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation,
            OperationKind.PropertyReference);
    }

    private static void Report(OperationContext context, IEnumerable<KnownDefect> defects, Version version, TorchProgram program)
    {
        if (defects.FirstOrDefault(defect => defect.When.Holds(context.Operation, program)) is { } found)
        {
            ISymbol member = UsedBy(context.Operation)!;
            string name = member.Name == ".ctor" ? member.ContainingType.Name : member.Name;
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, context.Operation.Syntax.GetLocation(), name, version.ToString(), found.Wrong, found.Remedy));
        }
    }

    private static ISymbol? UsedBy(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: var method } => Declared(method.ReducedFrom ?? method),
        IObjectCreationOperation { Constructor: { } constructor } => constructor,
        IPropertyReferenceOperation { Property: var property } => property,
        _ => null,
    };

    // A module may override what the base gets wrong, and mostly calls it.
    private static IMethodSymbol Declared(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden && method.DeclaringSyntaxReferences.IsEmpty)
        {
            method = overridden;
        }
        return method;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5007: the workers of a DataLoader share one System.Random.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SharedRandomInWorkers() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if Random.Shared can take its place: it was given no seed.</summary>
    internal const string IsSeedless = nameof(IsSeedless);

    private const int Depth = 3;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SharedRandomInWorkers,
        nameof(SharedRandomInWorkers),
        "The workers of a DataLoader share one System.Random",
        "'{0}' is used by {1} workers at once, and a Random breaks when threads share it: it repeats numbers, or gives only zeros. "
            + "Use 'Random.Shared', or a generator for each example.",
        "System.Random is not safe for threads, and GetTensor runs on those of the loader: two draws at once can ruin its state for good.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        if (context.Compilation.GetTypeByMetadataName("System.Random") is { } random)
        {
            RegisterOperationAction(
                context,
                operation =>
                {
                    if (TorchSymbols.Same(operation.Operation.Type, random) && torch.IsDataset(operation.ContainingSymbol.ContainingType))
                    {
                        Analyze(operation, random, TorchProgram.Of(operation.Compilation, torch));
                    }
                },
                OperationKind.FieldReference,
                OperationKind.PropertyReference,
                OperationKind.ParameterReference);
        }
    }

    private static void Analyze(OperationContext context, INamedTypeSymbol random, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || body.Model.GetOperation(context.Operation.Syntax) is not { } use
            || use.Parent is not IInvocationOperation draw || draw.Instance != use || HolderOf(use) is not { } holder || IsGuarded(use.Syntax, body) || !IsRunByWorkers(body, program, Depth))
        {
            return;
        }
        ImmutableArray<IObjectCreationOperation> made = GeneratorsOf(holder, random, program, Depth);
        INamedTypeSymbol dataset = body.Outermost.Owner.ContainingType;
        if (!made.IsEmpty && LoaderCreation.AllIn(program).FirstOrDefault(loader => WorkersOf(loader) is not null
            && TorchSymbols.DerivesFrom(loader.MakerOfDataset(program)?.Made.Type ?? loader.Dataset?.WithoutConversion().Type, dataset.OriginalDefinition)) is { } parallel)
        {
            bool isShareable = made.All(creation => creation.Arguments.IsEmpty) && !random.GetMembers("Shared").IsEmpty;
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, use.Syntax.GetLocation(), [WorkersOf(parallel)!.Syntax.GetLocation()],
                isShareable ? ImmutableDictionary<string, string?>.Empty.Add(IsSeedless, "true") : null, holder.Name, WorkersOf(parallel)!.Syntax.ToString()));
        }
    }

    /// <summary>How many workers there are, where that is certainly more than one.</summary>
    private static IOperation? WorkersOf(LoaderCreation loader) => loader.Argument("num_worker") is { } count
        && (count.Number() is > 1 || count.WithoutConversion() is IPropertyReferenceOperation { Property: { Name: "ProcessorCount", ContainingType.Name: "Environment" } }) ? count : null;

    private static ISymbol? HolderOf(IOperation use) => use switch
    {
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field when !IsOfThread(field.Field) => field.Field,
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } property => property.Property,
        IParameterReferenceOperation { Parameter: var parameter } when Receiver.At(parameter).Root is null => parameter,
        _ => null,
    };

    private static bool IsOfThread(IFieldSymbol field) => field.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "ThreadStaticAttribute");

    /// <summary>The generators that a member certainly holds, each made for it; empty where one may come from elsewhere, as Random.Shared does.</summary>
    private static ImmutableArray<IObjectCreationOperation> GeneratorsOf(ISymbol holder, INamedTypeSymbol random, TorchProgram program, int depth)
    {
        IEnumerable<IOperation?> values = holder is IParameterSymbol { ContainingSymbol: IMethodSymbol constructor }
            ? ConstructorBinding.CallsOf(constructor, program).Select(call => CallBinding.ArgumentsOf(call).FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, holder))?.Value)
            : program.Values.AssignedTo(holder);
        ImmutableArray<IObjectCreationOperation>.Builder made = ImmutableArray.CreateBuilder<IObjectCreationOperation>();
        foreach (IOperation? value in values)
        {
            IOperation? origin = value is null ? null : program.Bodies.Around(value.Syntax)?.Provenance?.Trace(value).Single;
            switch (origin)
            {
                case IObjectCreationOperation creation when TorchSymbols.Same(creation.Type, random):
                    made.Add(creation);
                    break;
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } given } when depth > 0
                    && GeneratorsOf(given.OriginalDefinition, random, program, depth - 1) is { IsEmpty: false } handed:
                    made.AddRange(handed);
                    break;
                default:
                    return ImmutableArray<IObjectCreationOperation>.Empty;
            }
        }
        return made.ToImmutable();
    }

    /// <summary>Whether a body is GetTensor, or runs in it alone with no lock around.</summary>
    private static bool IsRunByWorkers(MethodBody body, TorchProgram program, int depth) => body.Outermost.Owner is IMethodSymbol method
        && ((method is { Name: "GetTensor", IsOverride: true } && program.Torch.IsDataset(method.ContainingType))
            || (depth > 0 && CallSites.Of(body.Outermost, program).Any(site => site.Call is { } call && program.Bodies.Around(call.Syntax) is { } caller
                && TorchSymbols.Same(caller.Outermost.Owner.ContainingType, method.ContainingType) && !IsGuarded(call.Syntax, caller) && IsRunByWorkers(caller, program, depth - 1))));

    private static bool IsGuarded(SyntaxNode node, MethodBody body) => node.Ancestors().Any(outer => outer is LockStatementSyntax)
        || body.Outermost.Root.DescendantsAndSelf().Any(part => part is ILockOperation
            || (part is IInvocationOperation { TargetMethod: { Name: "Enter" or "TryEnter" or "Wait" or "WaitOne" or "EnterScope" or "EnterWriteLock" } enter } && Visibility.IsOfFramework(enter)))
        || body.Outermost.Owner.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "MethodImplAttribute");
}
